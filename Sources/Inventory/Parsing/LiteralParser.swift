import INIFile

/// Reads a Python literal the way `ast.literal_eval` does, for what inventories hold: no complex numbers, no `\N{}`.
struct LiteralParser {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var endOfLiteral = 0
    /// How deep lists stand within lists; bounded, so that no input can exhaust the stack.
    private var depth = 0

    /// Begins at the start of a text.
    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    /// The text that the last parse took, without blanks and comment around it.
    var parsedText: String {
        let start = scalars.firstIndex { $0 != " " && $0 != "\t" } ?? 0
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[start..<max(start, endOfLiteral)])
        return String(text)
    }

    /// The literal that the whole text is; a comment may follow it, and commas make a tuple.
    mutating func parseWhole() -> Literal? {
        guard let first = parseValue() else { return nil }
        var literal = first
        skipBlanks()
        if peek == "," {
            guard let rest = parseItems(after: first, until: nil) else { return nil }
            literal = .list(rest)
        }
        endOfLiteral = index
        while endOfLiteral > 0, scalars[endOfLiteral - 1] == " " || scalars[endOfLiteral - 1] == "\t" {
            endOfLiteral -= 1
        }
        skipBlanks()
        return peek == nil || peek == "#" ? literal : nil
    }

    private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        index += 1
        return true
    }

    private mutating func skipBlanks() {
        while let next = peek, next == " " || next == "\t" { index += 1 }
    }

    private mutating func parseValue() -> Literal? {
        skipBlanks()
        guard let next = peek else { return nil }
        switch next {
        case "[": return nested { $0.parseItems(after: nil, until: "]").map { .list($0) } }
        case "(": return nested { $0.parseParentheses() }
        case "{": return nested { $0.parseBraces() }
        case "+", "-":
            index += 1
            return parseSigned(isNegative: next == "-")
        case "." where scalars[index...].starts(with: [".", ".", "."]):
            index += 3
            return .text("...")
        case "0"..."9", ".": return parseNumber(isNegative: false)
        default: return parseTexts() ?? parseWord()
        }
    }

    private mutating func nested(_ parse: (inout LiteralParser) -> Literal?) -> Literal? {
        guard depth < 50 else { return nil }
        depth += 1
        defer { depth -= 1 }
        index += 1
        return parse(&self)
    }

    /// The items of a list up to its end; the comma after the last may be there or not.
    private mutating func parseItems(after first: Literal?, until end: Unicode.Scalar?) -> [Literal]? {
        var items: [Literal] = []
        if let first {
            items = [first]
            skipBlanks()
            guard take(",") else { return nil }
        }
        while true {
            skipBlanks()
            if let end, take(end) { return items }
            if end == nil, peek == nil || peek == "#" { return items }
            guard let item = parseValue() else { return nil }
            items.append(item)
            skipBlanks()
            if take(",") { continue }
            if let end { return take(end) ? items : nil }
            return items
        }
    }

    private mutating func parseParentheses() -> Literal? {
        skipBlanks()
        if take(")") { return .list([]) }
        guard let first = parseValue() else { return nil }
        skipBlanks()
        if take(")") { return first }
        return parseItems(after: first, until: ")").map { .list($0) }
    }

    private mutating func parseBraces() -> Literal? {
        skipBlanks()
        if take("}") { return .map([:]) }
        guard let first = parseValue() else { return nil }
        skipBlanks()
        guard take(":") else {
            if take("}") { return .list([first]) }
            return parseItems(after: first, until: "}").map { items in
                .list(items.enumerated().filter { !items[..<$0.offset].contains($0.element) }.map(\.element))
            }
        }
        var map: [String: Literal] = [:]
        var key = first
        while true {
            guard let name = key.asKey, let value = parseValue() else { return nil }
            map[name] = value
            skipBlanks()
            let hasMore = take(",")
            skipBlanks()
            if take("}") { return .map(map) }
            guard hasMore, let next = parseValue() else { return nil }
            key = next
            skipBlanks()
            guard take(":") else { return nil }
        }
    }

    private mutating func parseWord() -> Literal? {
        for (word, literal) in [("True", Literal.boolean(true)), ("False", .boolean(false)), ("None", Literal.null)]
        where takeWord(word) { return literal }
        // The one call that is a literal.
        guard takeWord("set") else { return nil }
        skipBlanks()
        guard take("(") else { return nil }
        skipBlanks()
        return take(")") ? .list([]) : nil
    }

    private mutating func takeWord(_ word: String) -> Bool {
        let end = index + word.unicodeScalars.count
        guard end <= scalars.count, scalars[index..<end].elementsEqual(word.unicodeScalars) else { return false }
        if end < scalars.count, scalars[end].properties.isXIDContinue { return false }
        index = end
        return true
    }

    /// One or more quoted texts side by side, which make one.
    private mutating func parseTexts() -> Literal? {
        var whole: String?
        var isBytes: Bool?
        while true {
            let start = index
            skipBlanks()
            guard var text = QuotedLiteral(scalars, at: index) else {
                index = start
                return whole.map { .text($0) }
            }
            guard text.isBytes == isBytes ?? text.isBytes, let content = text.read() else { return nil }
            isBytes = text.isBytes
            whole = (whole ?? "") + content
            index = text.index
        }
    }

    /// The number behind a sign; it may stand in parentheses.
    private mutating func parseSigned(isNegative: Bool) -> Literal? {
        var open = 0
        skipBlanks()
        while take("(") {
            open += 1
            skipBlanks()
        }
        guard let number = parseNumber(isNegative: isNegative) else { return nil }
        for _ in 0..<open {
            skipBlanks()
            guard take(")") else { return nil }
        }
        return number
    }

    private mutating func parseNumber(isNegative: Bool) -> Literal? {
        var digits = ""
        while let next = peek, next.isASCII,
            next.properties.isAlphabetic || ("0"..."9").contains(next) || next == "_"
                || next == "."
                || ((next == "+" || next == "-") && ["e", "E"].contains(digits.last) && !digits.hasPrefix("0x"))
        {
            digits.unicodeScalars.append(next)
            index += 1
        }
        return NumberLiteral.parse(digits, isNegative: isNegative)
    }
}

extension Literal {
    /// How JSON writes the literal as a key; none for one that cannot be a key.
    fileprivate var asKey: String? {
        switch self {
        case .text(let text): text
        case .integer(let digits): digits
        case .number(let number): number.description
        case .boolean(let value): value ? "true" : "false"
        case .null: "null"
        case .list, .map: nil
        }
    }
}
