/// One line of a client configuration, cut as ssh cuts it: a keyword and what stands behind.
struct ConfigurationLine: Sendable, Hashable {
    /// The keyword in lower case.
    var keyword: String
    /// The keyword as it is written.
    var spelling: String
    /// All that stands behind the keyword, without the blanks around.
    var rest: [UInt8]

    /// Why a line is not one.
    enum Fault: Error {
        /// There is nothing behind the keyword.
        case noArgument(String)
        /// A quote has no end.
        case openQuote
        /// There is a NUL character in it.
        case nul
    }

    /// Cuts a line; none for blank lines and comments.
    init?(_ line: some Sequence<UInt8>) throws(Fault) {
        var bytes = Array(line)
        if bytes.contains(0) { throw .nul }
        while let last = bytes.last, Self.isBlank(last) || last == 0x0C { bytes.removeLast() }
        var scanner = WordScanner(bytes)
        guard var word = scanner.next() else {
            if bytes.contains(UInt8(ascii: "\"")) { throw .openQuote }
            return nil
        }
        // Blanks at the start give an empty first word.
        if word.isEmpty {
            guard let second = scanner.next() else { return nil }
            word = second
        }
        guard let first = word.first, first != UInt8(ascii: "#") else { return nil }
        spelling = String(decoding: word, as: UTF8.self)
        keyword = spelling.lowercased()
        rest = Array((scanner.rest ?? []).drop(while: Self.isBlank))
        if rest.isEmpty { throw .noArgument(spelling) }
    }

    /// What stands behind the keyword as text, for the options that are not cut into words.
    var text: String {
        String(decoding: rest.drop { Self.isBlank($0) || $0 == UInt8(ascii: "=") }, as: UTF8.self)
    }

    /// The arguments, without quotes and without a comment at the end.
    func words() throws(Fault) -> [String] {
        var words: [String] = []
        var index = 0
        while index < rest.count {
            if rest[index] == UInt8(ascii: " ") || rest[index] == UInt8(ascii: "\t") {
                index += 1
                continue
            }
            if rest[index] == UInt8(ascii: "#") { break }
            words.append(try word(from: &index))
        }
        return words
    }

    private func word(from index: inout Int) throws(Fault) -> String {
        var word: [UInt8] = []
        var quote: UInt8?
        while index < rest.count {
            let byte = rest[index]
            if byte == UInt8(ascii: "\\"), index + 1 < rest.count, Self.isEscaped(rest[index + 1], in: quote) {
                index += 1
                word.append(rest[index])
            } else if quote == nil, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
                break
            } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == quote {
                quote = nil
            } else {
                word.append(byte)
            }
            index += 1
        }
        if quote != nil { throw .openQuote }
        return String(decoding: word, as: UTF8.self)
    }

    private static func isEscaped(_ byte: UInt8, in quote: UInt8?) -> Bool {
        byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
            || (quote == nil && byte == UInt8(ascii: " "))
    }

    /// Whether a byte is one of ssh's blanks.
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\n")
    }
}

/// Takes one word after the other off a line, where blanks and one equals sign stand between words.
struct WordScanner {
    /// What has not been taken yet; none when nothing can follow.
    private(set) var rest: ArraySlice<UInt8>?

    /// Begins at the start of a line.
    init(_ line: [UInt8]) {
        rest = line[...]
    }

    /// Whether a word follows that is no comment.
    var hasMoreWords: Bool {
        var copy = self
        guard let word = copy.next(), let first = word.first else { return false }
        return first != UInt8(ascii: "#")
    }

    /// The next word; empty at the end, or before blanks at the start; none at the very end and behind an open quote.
    mutating func next() -> [UInt8]? {
        guard let line = rest else { return nil }
        let quote = UInt8(ascii: "\"")
        let equals = UInt8(ascii: "=")
        guard let end = line.firstIndex(where: { ConfigurationLine.isBlank($0) || $0 == quote || $0 == equals })
        else {
            rest = nil
            return Array(line)
        }
        let head = line[..<end]
        var tail = line[(end + 1)...]
        if line[end] == quote {
            guard let close = tail.firstIndex(of: quote) else {
                rest = nil
                return nil
            }
            rest = tail[(close + 1)...].drop(while: ConfigurationLine.isBlank)
            return Array(head + tail[..<close])
        }
        tail = tail.drop(while: ConfigurationLine.isBlank)
        if line[end] != equals, tail.first == equals {
            tail = tail.dropFirst().drop(while: ConfigurationLine.isBlank)
        }
        rest = tail
        return Array(head)
    }
}
