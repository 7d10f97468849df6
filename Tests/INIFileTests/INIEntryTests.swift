import INIFile
import Testing

@Suite("INI entries")
struct INIEntryTests {
    @Test(
        "A line is cut at its first equals sign",
        arguments: [
            ("key=value", "key", "value", 5),
            ("key = a = b", "key", "a = b", 7),
            ("two words =  x y  ", "two words", "x y", 14),
            ("key =", "key", "", 6),
            ("k = v # kept", "k", "v # kept", 5),
            ("key = \u{301}accent", "key", "\u{301}accent", 7),
        ]
    )
    func keyAndValue(line: String, key: String, value: String, column: Int) throws {
        let entry = try #require(try entries("[s]\n\(line)\n").first)
        #expect(entry.key == key)
        #expect(entry.value == value)
        #expect(entry.keyPosition == at(2, 1))
        #expect(entry.valuePosition == at(2, column))
    }

    @Test(
        "Indented lines continue the value above, without the indentation that they share",
        arguments: [
            ("k = a\n  b\n  c", ["a\nb\nc"]),
            ("k = a\n  b\n    c\n  d\nl = e", ["a\nb\n  c\nd", "e"]),
            ("k =\n    a\n\n    b\n\n\nl = c", ["a\n\nb", "c"]),
            ("k =\n\n\ta\n\t\tb", ["a\n\tb"]),
            ("k = a\n  #b\n# c\n  ;d", ["a\n#b\n;d"]),
            ("k = a\n  x = y\n", ["a\nx = y"]),
            ("  # comment\nk = a", ["a"]),
        ]
    )
    func continuation(lines: String, values: [String]) throws {
        #expect(try entries("[s]\n\(lines)\n").map(\.value) == values)
    }

    @Test("Each line of a value knows its place")
    func placesOfContinuation() throws {
        let entry = try #require(try entries("[s]\nk =\n  a\n\n    b\n").first)
        #expect(entry.valuePosition == at(3, 3))
        #expect(entry.valueLines == [at(3, 3), at(4, 1), at(5, 3)])
    }

    @Test("Keys that stand twice are told with both places")
    func duplicateKeys() throws {
        let entries = try entries("[s]\na = 1\nb = 2\na = 3\n")
        #expect(entries.duplicateKeys == [INIDuplicate(name: "a", first: at(2, 1), second: at(4, 1))])
    }

    @Test(
        "A line that is no entry is refused",
        arguments: [
            ("word", INIFileError.Code.notKeyAndValue, "test.ini:2:1: 'key = value' was expected, not 'word'"),
            ("= x", .notKeyAndValue, "test.ini:2:1: 'key = value' was expected, not '= x'"),
            (
                "  x", .nothingToContinue,
                "test.ini:2:3: this indented line continues nothing; 'key = value' was expected first"
            ),
        ]
    )
    func notEntries(line: String, code: INIFileError.Code, description: String) throws {
        let error = #expect(throws: INIFileError.self) { try entries("[s]\n\(line)\n") }
        #expect(error?.code == code)
        #expect(error?.description == description)
    }

    /// The entries of a text's first section.
    private func entries(_ text: String) throws -> [INIEntry] {
        let file = try parse(text, .playbook)
        return try file.entries(of: file.sections[0])
    }
}
