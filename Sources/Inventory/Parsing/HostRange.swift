/// The names that a pattern such as `web[01:50]` or `[a:f]-[0:10:2]` stands for.
enum HostRange {
    /// The most names that one pattern may stand for.
    static let mostNames = 100_000

    /// Why a pattern cannot be counted out.
    struct Fault: Error {
        /// What is wrong, in words for a message.
        var message: String
        /// Where it is, in characters from the pattern's beginning.
        var offset: Int
    }

    /// The names, the first range varying slowest; the text itself when it has no range.
    static func names(in pattern: String) throws(Fault) -> [String] {
        guard pattern.utf8.contains(UInt8(ascii: "[")) || pattern.utf8.contains(UInt8(ascii: "]")) else {
            return [pattern]
        }
        var names = [""]
        var rest = pattern[...]
        var offset = 0
        while let open = rest.firstIndex(where: { $0 == "[" || $0 == "]" }) {
            let head = rest[..<open]
            let openOffset = offset + head.unicodeScalars.count
            guard rest[open] == "[", let close = rest[open...].firstIndex(of: "]") else {
                throw Fault(message: "the bracket has no other half; a range is written [1:9]", offset: openOffset)
            }
            let bounds = rest[rest.index(after: open)..<close]
            let values = try values(of: bounds, offset: openOffset)
            guard names.count * values.count <= mostNames else {
                throw Fault(message: "the range stands for more than \(mostNames) hosts", offset: openOffset)
            }
            names = names.flatMap { name in values.map { name + head + $0 } }
            offset = openOffset + bounds.unicodeScalars.count + 2
            rest = rest[rest.index(after: close)...]
        }
        return names.map { $0 + rest }
    }

    private static func values(of text: Substring, offset: Int) throws(Fault) -> [String] {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3 else {
            throw Fault(message: "a range is written [first:last] or [first:last:step], not [\(text)]", offset: offset)
        }
        let first = parts[0].isEmpty ? "0" : parts[0]
        let last = parts[1]
        guard !last.isEmpty else { throw Fault(message: "the range [\(text)] has no end", offset: offset) }
        var step = 1
        if parts.count == 3 {
            guard let number = number(parts[2]), number > 0 else {
                throw Fault(message: "the step of [\(text)] is not a number above 0", offset: offset)
            }
            step = number
        }
        if let low = letterIndex(first), let high = letterIndex(last) {
            guard low <= high else { throw Fault(message: "the range [\(text)] ends before it begins", offset: offset) }
            return stride(from: low, through: high, by: step).map { letters[$0] }
        }
        guard let low = number(first), let high = number(last) else {
            let message = "the range [\(text)] is neither from number to number nor from letter to letter"
            throw Fault(message: message, offset: offset)
        }
        guard low <= high else { throw Fault(message: "the range [\(text)] ends before it begins", offset: offset) }
        let isPadded = first.utf8.count > 1 && first.utf8.first == UInt8(ascii: "0")
        guard !isPadded || first.utf8.count == last.utf8.count else {
            let message = "the ends of [\(text)] have different lengths; with leading zeros they must be equal"
            throw Fault(message: message, offset: offset)
        }
        guard (high - low) / step < mostNames else {
            throw Fault(message: "the range stands for more than \(mostNames) hosts", offset: offset)
        }
        return stride(from: low, through: high, by: step).map { value in
            let digits = String(value)
            return isPadded
                ? String(repeating: "0", count: max(0, first.utf8.count - digits.utf8.count)) + digits : digits
        }
    }

    /// The letters in the order that ranges count them.
    private static let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".map(String.init)

    private static func letterIndex(_ text: Substring) -> Int? {
        text.utf8.count == 1 ? letters.firstIndex(of: String(text)) : nil
    }

    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }
}
