import RemoteHost

/// The options of a line in authorized_keys that bind a key to one command: sshd(8), AUTHORIZED_KEYS FILE FORMAT.
struct ForcedCommand: Sendable, Hashable {
    /// The command, word by word.
    var words: [String]
    /// Where the key may come from, as sshd's from= has it; none for anywhere.
    var from: String?

    /// The options as they stand before the key. Only `"` is special between their quotes.
    var options: String {
        let command = words.map(shellQuoted).joined(separator: " ")
        let escaped = command.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
        return (from.map { "from=\"\($0)\"," } ?? "") + "restrict,command=\"\(escaped)\" "
    }

    /// The directories that the command is told: its words that are absolute paths, behind the program.
    var directories: [String] { words.dropFirst().filter { $0.hasPrefix("/") } }

    init(words: [String], from: String? = nil) {
        self.words = words
        self.from = from
    }

    /// Reads the options of a line that this type wrote; nil where the line binds its key to no command.
    ///
    /// - Throws: where the line has a command in any other form. What it allows is not guessed.
    init?(readingLine line: String) throws(UnknownForm) {
        if let command = Self(strictly: Array(line.utf8)) {
            self = command
        } else if Self.hasCommand(line) {
            throw UnknownForm()
        } else {
            return nil
        }
    }

    /// A line binds its key to a command, but not in the form that is written here.
    struct UnknownForm: Error, Sendable, Hashable {}

    private init?(strictly line: [UInt8]) {
        var rest = line[...]
        var from: String?
        if let after = rest.droppingPrefix("from=\"") {
            guard let end = after.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
            from = String(validating: after[..<end], as: UTF8.self)
            rest = after[(end + 1)...]
            guard let behind = rest.droppingPrefix(",") else { return nil }
            rest = behind
        }
        guard let start = rest.droppingPrefix("restrict,command=\"") else { return nil }
        var command: [UInt8] = []
        var index = start.startIndex
        while index < start.endIndex, start[index] != UInt8(ascii: "\"") {
            if start[index] == UInt8(ascii: "\\"), index + 1 < start.endIndex, start[index + 1] == UInt8(ascii: "\"") {
                index += 1
            }
            command.append(start[index])
            index += 1
        }
        guard let words = Self.words(of: command), !words.isEmpty else { return nil }
        self.init(words: words, from: from)
        // What was read is what would be written, byte for byte, or else it is not ours.
        guard line.starts(with: options.utf8) else { return nil }
    }

    /// The words of a command line that `shellQuoted` wrote.
    private static func words(of command: [UInt8]) -> [String]? {
        var words: [String] = []
        var word: [UInt8] = []
        var isQuoted = false
        var index = command.startIndex
        while index < command.endIndex {
            let byte = command[index]
            switch (byte, isQuoted) {
            case (UInt8(ascii: "'"), _): isQuoted.toggle()
            case (UInt8(ascii: "\\"), false):
                index += 1
                guard index < command.endIndex else { return nil }
                word.append(command[index])
            case (UInt8(ascii: " "), false):
                guard let text = String(validating: word, as: UTF8.self) else { return nil }
                words.append(text)
                word = []
            default: word.append(byte)
            }
            index += 1
        }
        guard !isQuoted, let text = String(validating: word, as: UTF8.self) else { return nil }
        return words + [text]
    }

    /// Whether a line has an option `command=` before its key, in whatever form.
    private static func hasCommand(_ line: String) -> Bool {
        var isQuoted = false
        var options: [UInt8] = []
        var before: UInt8 = 0
        for byte in line.utf8.drop(while: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) {
            if byte == UInt8(ascii: "\""), before != UInt8(ascii: "\\") { isQuoted.toggle() }
            if !isQuoted, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { break }
            // Options' names are the same in capitals and in small letters.
            if !isQuoted { options.append((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte) }
            before = byte
        }
        return String(decoding: options, as: UTF8.self).split(separator: ",").contains { $0.hasPrefix("command=") }
    }
}

extension ArraySlice<UInt8> {
    /// What stands behind a text that the bytes begin with; nil where they do not.
    fileprivate func droppingPrefix(_ text: String) -> ArraySlice<UInt8>? {
        starts(with: text.utf8) ? dropFirst(text.utf8.count) : nil
    }
}
