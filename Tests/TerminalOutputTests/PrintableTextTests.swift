import Testing

@testable import TerminalOutput

@Suite("Printable text")
struct PrintableTextTests {
    @Test(
        "Control characters are shown, not obeyed",
        arguments: [
            ("plain, žluťoučký 🐎 日本", "plain, žluťoučký 🐎 日本"),
            ("\u{1B}[2J", "␛[2J"), ("over\rwritten", "over␍written"), ("\u{07}\u{08}\u{0}\u{7F}", "␇␈␀␡"),
            ("\u{9B}2J\u{85}", "\u{FFFD}2J\u{FFFD}"), ("\u{202E}drow\u{2066}\u{2028}", "\u{FFFD}drow\u{FFFD}\u{FFFD}"),
            ("a\tb", "a    b"), ("dos\r\nunix\n", "dos␊unix␊"), ("\r\r\n", "␍␊"),
        ]
    )
    func controls(text: String, shown: String) {
        #expect(printable(text, lineStart: nil) == shown)
    }

    @Test("Further lines begin with what they are told to")
    func lines() {
        #expect(printable("one\r\ntwo\nthree", lineStart: "  ") == "one\n  two\n  three")
    }

    @Test(
        "Columns are counted, not characters",
        arguments: [
            ("", 0), ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("🐎", 2), ("👩‍🚒", 2), ("ｶ", 1), ("한", 2), ("⠋", 1),
            ("a\u{200B}b", 2),
        ] as [(String, Int)]
    )
    func columns(text: String, columns: Int) {
        #expect(text.columns == columns)
        #expect(text.padded(to: 6).columns == 6)
    }

    @Test("A cut never leaves half a wide character", arguments: [(0, ""), (1, "a"), (2, "a"), (3, "a日"), (9, "a日本")])
    func cut(width: Int, text: String) {
        #expect("a日本".cut(to: width) == text)
    }
}
