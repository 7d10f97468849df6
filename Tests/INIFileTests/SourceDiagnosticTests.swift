import INIFile
import Testing

@Suite("Diagnostics")
struct SourceDiagnosticTests {
    @Test("A diagnostic is shown with its line, a caret, notes and a hint")
    func rendered() {
        let diagnostic = SourceDiagnostic(
            at: at(12, 4),
            "this is wrong",
            hint: "do that",
            sourceLine: "\tab cd",
            notes: [SourceDiagnostic.Note(at(3, 1), "see here")]
        )
        #expect(diagnostic.description == "test.ini:12:4: this is wrong")
        #expect(
            diagnostic.rendered == """
                test.ini:12:4: this is wrong
                 12 | \tab cd
                    | \t  ^
                  note: test.ini:3:1: see here
                  hint: do that
                """
        )
    }

    @Test("A caret stands below its character, also behind combining marks")
    func caretAfterCombiningMarks() {
        let diagnostic = SourceDiagnostic(at: at(1, 4), "x", sourceLine: "e\u{301}ab")
        #expect(diagnostic.rendered.split(separator: "\n").last == "   |   ^")
    }

    @Test("Nothing from a file reaches the terminal as a control character")
    func noControlCharacters() {
        let diagnostic = SourceDiagnostic(at: at(1, 1), quoted("a\u{1B}[31m\u{202E}b"), sourceLine: "a\u{1B}[31mb")
        #expect(!diagnostic.rendered.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
        #expect(diagnostic.message == "'a\\u{001B}[31m\\u{202E}b'" || diagnostic.message == "'a\\u{1B}[31m\\u{202E}b'")
    }

    @Test("A quoted text is cut after sixty characters")
    func longTextsAreCut() {
        #expect(quoted(String(repeating: "x", count: 60)).unicodeScalars.count == 62)
        #expect(quoted(String(repeating: "x", count: 61)) == "'" + String(repeating: "x", count: 60) + "…'")
    }

    @Test("Places sort from top to bottom")
    func order() {
        #expect([at(2, 1), at(1, 9), at(1, 2)].sorted() == [at(1, 2), at(1, 9), at(2, 1)])
        #expect(at(7, 3).fileAndLine == "test.ini:7")
    }
}
