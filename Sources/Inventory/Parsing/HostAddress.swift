/// A host word cut into name and port, as Ansible cuts it.
struct HostAddress {
    /// The name, still with its ranges.
    var name: String
    /// The port behind the colon; none when there is none, or when the rest could not be a host.
    var port: Int?

    /// Cuts `name`, `name:22`, `[::1]:22` or `::1`, each with ranges in the name.
    init(_ word: String) {
        name = word
        guard let (rest, digits) = HostAddress.cut(word), HostAddress.isHost(rest) else { return }
        name = rest
        // More digits than any port has: still a port, and one that is refused later.
        port = Int(digits) ?? Int.max
    }

    private static func cut(_ word: String) -> (rest: String, digits: Substring)? {
        guard let colon = word.lastIndex(of: ":") else { return nil }
        let digits = word[word.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        let rest = word[..<colon]
        if rest.first == "[", rest.last == "]", rest.count > 2 { return (String(rest.dropFirst().dropLast()), digits) }
        // A further colon outside of brackets makes it an IPv6 address, not a name with a port.
        var isInRange = false
        for byte in rest.utf8 {
            switch byte {
            case UInt8(ascii: "[") where isInRange, UInt8(ascii: "]") where !isInRange,
                UInt8(ascii: ":") where !isInRange:
                return nil
            case UInt8(ascii: "["): isInRange = true
            case UInt8(ascii: "]"): isInRange = false
            default: continue
            }
        }
        return isInRange ? nil : (String(rest), digits)
    }

    /// Whether a text could be a host's name or address, ranges included.
    static func isHost(_ text: String) -> Bool {
        // A range counts as one digit: that is what any of its values may stand for here.
        var plain = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "[") {
            guard let close = rest[open...].firstIndex(of: "]") else { return false }
            let bounds = rest[rest.index(after: open)..<close].split(separator: ":", omittingEmptySubsequences: false)
            guard (2...3).contains(bounds.count), bounds.allSatisfy(isBound) else { return false }
            plain += rest[..<open] + "1"
            rest = rest[rest.index(after: close)...]
        }
        plain += rest
        return isHostName(plain) || IPv6Address(plain) != nil
    }

    private static func isBound(_ bound: Substring) -> Bool {
        let isNumber = bound.utf8.allSatisfy { (48...57).contains($0) }
        let isHexadecimal = bound.utf8.allSatisfy { "0123456789abcdefABCDEF".utf8.contains($0) }
        let isLetter =
            bound.utf8.count == 1 && bound.unicodeScalars.allSatisfy { $0.isASCII && $0.properties.isAlphabetic }
        return !bound.isEmpty && (isNumber || isHexadecimal || isLetter)
    }

    private static func isHostName(_ text: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.unicodeScalars.first, let last = label.unicodeScalars.last else { return false }
            return isWord(first) && last != "-" && last != "_"
                && label.unicodeScalars.allSatisfy { isWord($0) || $0 == "-" }
        }
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}
