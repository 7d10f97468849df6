/// Python's spelling of numbers.
enum NumberLiteral {
    /// The number that letters, digits, dots and underscores spell; none when they spell none.
    static func parse(_ spelling: String, isNegative: Bool) -> Literal? {
        let lower = spelling.lowercased()
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where lower.hasPrefix(prefix) {
            // An underscore may stand between the prefix and the digits.
            let rest = lower.dropFirst(2)
            guard let digits = withoutUnderscores(rest.hasPrefix("_") ? rest.dropFirst() : rest),
                let value = UInt64(digits, radix: radix)
            else { return nil }
            return integer(String(value), isNegative: isNegative)
        }
        if let digits = withoutUnderscores(lower[...]), digits.allSatisfy(isDigit) {
            let significant = digits.drop { $0 == "0" }
            // Python refuses 0644, so that nobody takes it for octal; Ansible then keeps the text.
            if significant.isEmpty { return .integer("0") }
            // Python's own limit: what is longer takes it too long to read.
            guard digits.utf8.count <= 4300 else { return nil }
            return digits.hasPrefix("0") ? nil : integer(digits, isNegative: isNegative)
        }
        return fraction(lower, isNegative: isNegative)
    }

    private static func integer(_ digits: String, isNegative: Bool) -> Literal {
        .integer(isNegative && digits != "0" ? "-" + digits : digits)
    }

    private static func fraction(_ spelling: String, isNegative: Bool) -> Literal? {
        let halves = spelling.split(separator: "e", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return nil }
        let parts = halves[0].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.contains(where: { !$0.isEmpty }) else { return nil }
        var text = ""
        for (index, part) in parts.enumerated() {
            guard part.isEmpty || withoutUnderscores(part)?.allSatisfy(isDigit) == true else { return nil }
            text += (index == 0 ? "" : ".") + (part.isEmpty ? "0" : part.filter { $0 != "_" })
        }
        if halves.count == 2 {
            let signs = halves[1].prefix { $0 == "+" || $0 == "-" }
            guard signs.count <= 1, let digits = withoutUnderscores(halves[1].dropFirst(signs.count)),
                digits.allSatisfy(isDigit)
            else { return nil }
            text += "e" + signs + digits
        }
        guard let value = Double(text), value.isFinite else { return nil }
        return .number(isNegative ? -value : value)
    }

    /// The digits without the underscores between them; none when one stands at an end or beside another.
    private static func withoutUnderscores(_ text: Substring) -> String? {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        return parts.contains(where: \.isEmpty) ? nil : parts.joined()
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
}
