import INIFile
import Testing

@Suite("INI files")
struct INIFileTests {
    @Test("Sections hold their lines, without comments and blanks, each with its place")
    func sectionsAndLines() throws {
        let file = try parse("first\n\n# comment\n  ; too\n[one] # why\n\talpha x=1\n[two]\nbeta\n", .inventory)
        #expect(file.preamble == [INILine("first", at: at(1, 1))])
        #expect(file.sections.map(\.title) == ["one", "two"])
        #expect(file.sections.map(\.position) == [at(5, 1), at(7, 1)])
        #expect(file.sections.first?.titlePosition == at(5, 2))
        #expect(file.sections.first?.lines == [INILine("alpha x=1", at: at(6, 2))])
    }

    @Test(
        "A file of any platform gives the same lines",
        arguments: ["[a]\nb\nc", "[a]\r\nb\r\nc\r\n", "[a]\rb\rc\r", "\u{FEFF}[a]\nb\nc\n", "  [a]  \n b \n\tc\t\n"]
    )
    func endsOfLine(text: String) throws {
        let file = try parse(text, .inventory)
        #expect(file.preamble.isEmpty)
        #expect(file.sections.map(\.title) == ["a"])
        #expect(file.sections.first?.lines.map(\.text) == ["b", "c"])
        #expect(file.sections.first?.lines.map(\.position.line) == [2, 3])
    }

    @Test(
        "In an inventory a line with more behind its bracket is no title",
        arguments: ["[::1]:22", "[a:c].example.com x=1"]
    )
    func bracketedHosts(line: String) throws {
        #expect(try parse("[g]\n\(line)\n", .inventory).sections.first?.lines.map(\.text) == [line])
    }

    @Test("A playbook's title is any text, and an indented line is never one")
    func playbookTitles() throws {
        let file = try parse(
            "[slaves trust the master]\nscript = x\n  [ -f /x ] && y\n  # kept\n# dropped\n",
            .playbook
        )
        #expect(file.sections.map(\.title) == ["slaves trust the master"])
        let section = try #require(file.sections.first)
        #expect(try file.entries(of: section).map(\.value) == ["x\n[ -f /x ] && y\n# kept"])
    }

    @Test("Above a playbook's first title everything but comments is kept for its reader to refuse")
    func playbookPreamble() throws {
        let file = try parse("# a\n  # b\n\nstray = 1\n  more\n[t]\n", .playbook)
        #expect(file.preamble == [INILine("stray = 1", at: at(4, 1)), INILine("more", at: at(5, 3))])
    }

    @Test("Titles that stand twice are told with both places")
    func duplicateTitles() throws {
        let file = try parse("[a]\n[b]\n[a]\n", .playbook)
        #expect(file.duplicateTitles == [INIDuplicate(name: "a", first: at(1, 1), second: at(3, 1))])
    }

    @Test(
        "A broken text is refused at the place of the fault",
        arguments: [
            Broken("[slaves\n", .unterminatedTitle, 1, 8, "the section title has no end; ']' was expected"),
            Broken("a\n[ ]\n", .emptyTitle, 2, 1, "the section title is empty"),
            Broken("[a] b\n", .textAfterTitle, 1, 5, "nothing but a comment may follow a section title"),
            Broken("[a]\nx\0y\n", .controlCharacter, 2, 2, "a NUL character was found; a text file was expected"),
            Broken(
                "é\u{1B}[m",
                .controlCharacter,
                1,
                2,
                "the control character U+001B was found; a text file was expected"
            ),
            Broken(
                "ab\u{2028}c",
                .controlCharacter,
                1,
                3,
                "the control character U+2028 was found; a text file was expected"
            ),
        ]
    )
    func brokenTexts(broken: Broken) {
        let error = #expect(throws: INIFileError.self) { try parse(broken.text, .playbook) }
        #expect(error?.code == broken.code)
        #expect(error?.description == "test.ini:\(broken.line):\(broken.column): \(broken.message)")
        #expect(error?.diagnostic.sourceLine != nil)
    }

    @Test(
        "Bytes that are not UTF-8 are refused at the first of them",
        arguments: [
            ([0x61, 0x0A, 0xC3, 0xA9, 0xFF], 2, 2), ([0xC0, 0x80], 1, 1), ([0x61, 0xED, 0xA0, 0x80], 1, 2),
            ([0xFF, 0xFE, 0x61, 0x00], 1, 1),
        ] as [([UInt8], Int, Int)]
    )
    func notUTF8(bytes: [UInt8], line: Int, column: Int) {
        let error = #expect(throws: INIFileError.self) {
            try INIFile(parsing: bytes, file: "test.ini", dialect: .inventory)
        }
        #expect(error?.code == .notUTF8)
        #expect(error?.diagnostic.position == at(line, column))
    }

    /// A text, and what is told about it.
    struct Broken: Sendable, CustomTestStringConvertible {
        var (text, code, line, column, message): (String, INIFileError.Code, Int, Int, String)

        init(_ text: String, _ code: INIFileError.Code, _ line: Int, _ column: Int, _ message: String) {
            (self.text, self.code, self.line, self.column, self.message) = (text, code, line, column, message)
        }

        var testDescription: String { text.debugDescription }
    }
}

/// Parses a text as the file `test.ini`.
func parse(_ text: String, _ dialect: INIFile.Dialect) throws(INIFileError) -> INIFile {
    try INIFile(parsing: Array(text.utf8), file: "test.ini", dialect: dialect)
}

/// A place in `test.ini`.
func at(_ line: Int, _ column: Int) -> SourcePosition { SourcePosition(file: "test.ini", line: line, column: column) }
