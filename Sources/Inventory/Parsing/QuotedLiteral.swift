/// A quoted text in Python's spelling: one or three quotes of either kind, with `r`, `b` or `u` before them.
struct QuotedLiteral {
    private let scalars: [Unicode.Scalar]
    private let quote: Unicode.Scalar
    private let quoteCount: Int
    private let isRaw: Bool
    /// Whether it is of bytes and not of characters: `b'…'`.
    let isBytes: Bool
    /// Just behind what was read.
    private(set) var index: Int

    /// Looks for the opening quotes; none when there are none.
    init?(_ scalars: [Unicode.Scalar], at start: Int) {
        var index = start
        var prefix = ""
        while index < scalars.count, prefix.count < 2, "rRbBuU".unicodeScalars.contains(scalars[index]) {
            prefix.unicodeScalars.append(scalars[index])
            index += 1
        }
        guard index < scalars.count, scalars[index] == "'" || scalars[index] == "\"",
            ["", "r", "b", "u", "rb", "br"].contains(prefix.lowercased())
        else { return nil }
        quote = scalars[index]
        let isTriple = index + 2 < scalars.count && scalars[index + 1] == quote && scalars[index + 2] == quote
        quoteCount = isTriple ? 3 : 1
        isRaw = prefix.lowercased().contains("r")
        isBytes = prefix.lowercased().contains("b")
        self.scalars = scalars
        self.index = index + quoteCount
    }

    /// The content; none when the closing quotes are missing or an escape is not one.
    mutating func read() -> String? {
        var content = String.UnicodeScalarView()
        while index < scalars.count {
            let next = scalars[index]
            if next == quote, closes {
                index += quoteCount
                return String(content)
            }
            index += 1
            if isBytes, !next.isASCII { return nil }
            guard next == "\\" else {
                content.append(next)
                continue
            }
            guard index < scalars.count else { return nil }
            if isRaw {
                content.append(contentsOf: [next, scalars[index]])
                index += 1
            } else {
                guard let escaped = readEscape() else { return nil }
                content.append(contentsOf: escaped)
            }
        }
        return nil
    }

    private var closes: Bool {
        index + quoteCount <= scalars.count && scalars[index..<(index + quoteCount)].allSatisfy { $0 == quote }
    }

    private mutating func readEscape() -> [Unicode.Scalar]? {
        let letter = scalars[index]
        index += 1
        switch letter {
        case "\\", "'", "\"": return [letter]
        case "a": return ["\u{07}"]
        case "b": return ["\u{08}"]
        case "f": return ["\u{0C}"]
        case "n": return ["\n"]
        case "r": return ["\r"]
        case "t": return ["\t"]
        case "v": return ["\u{0B}"]
        case "x": return readCode(digits: 2)
        case "u" where !isBytes: return readCode(digits: 4)
        case "U" where !isBytes: return readCode(digits: 8)
        case "N" where !isBytes: return nil
        case "0"..."7":
            var code = letter.value - 48
            for _ in 0..<2 where index < scalars.count && ("0"..."7").contains(scalars[index]) {
                code = code * 8 + scalars[index].value - 48
                index += 1
            }
            return Unicode.Scalar(code).map { [$0] }
        default: return ["\\", letter]
        }
    }

    private mutating func readCode(digits: Int) -> [Unicode.Scalar]? {
        guard index + digits <= scalars.count else { return nil }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[index..<(index + digits)])
        index += digits
        guard !text.contains("+"), let code = UInt32(String(text), radix: 16) else { return nil }
        return Unicode.Scalar(code).map { [$0] }
    }
}
