/// An IPv6 address, so that two spellings of one can be told to be the same.
package struct IPv6Address: Sendable, Hashable {
    /// The eight groups of 16 bits.
    package let groups: [UInt16]

    /// Reads an address as RFC 4291 section 2.2 writes it, without brackets and without a zone.
    package init?(_ text: String) {
        let halves = IPv6Address.halves(of: text)
        guard halves.count <= 2, let head = IPv6Address.groups(of: halves[0], allowsIPv4: halves.count == 1) else {
            return nil
        }
        guard halves.count == 2 else {
            guard head.count == 8 else { return nil }
            groups = head
            return
        }
        guard let tail = IPv6Address.groups(of: halves[1], allowsIPv4: true), head.count + tail.count <= 7 else {
            return nil
        }
        groups = head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    /// The parts around `::`.
    private static func halves(of text: String) -> [Substring] {
        var halves: [Substring] = []
        var start = text.startIndex
        var index = start
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index] == ":", next < text.endIndex, text[next] == ":" {
                halves.append(text[start..<index])
                start = text.index(after: next)
                index = start
            } else {
                index = next
            }
        }
        return halves + [text[start...]]
    }

    private static func groups(of half: Substring, allowsIPv4: Bool) -> [UInt16]? {
        if half.isEmpty { return [] }
        var groups: [UInt16] = []
        let parts = half.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if allowsIPv4, index == parts.count - 1, part.contains(".") {
                guard let bytes = ipv4Bytes(part) else { return nil }
                groups += [bytes[0] << 8 | bytes[1], bytes[2] << 8 | bytes[3]]
            } else {
                let isHexadecimal = part.utf8.allSatisfy { "0123456789abcdefABCDEF".utf8.contains($0) }
                guard isHexadecimal, part.utf8.count <= 4, let group = UInt16(part, radix: 16) else { return nil }
                groups.append(group)
            }
        }
        return groups
    }

    /// The four bytes of a dotted address; none when it is not one. A leading zero is refused: it may mean octal.
    static func ipv4Bytes(_ text: Substring) -> [UInt16]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt16] = []
        for part in parts {
            let isPlain = part.utf8.allSatisfy { "0123456789".utf8.contains($0) } && (part == "0" || part.first != "0")
            guard isPlain, let byte = UInt8(part) else { return nil }
            bytes.append(UInt16(byte))
        }
        return bytes
    }
}
