/// An address with a port, so that two hosts that are one machine can be found.
struct HostEndpoint: Sendable, Hashable {
    private let address: String
    private let port: Int
    private let via: [String]

    /// Makes an endpoint of a checked address, as seen from behind the hosts on the way.
    init(address: String, port: Int, via: [String] = []) {
        self.via = via
        if address.utf8.contains(UInt8(ascii: ":")), let numeric = IPv6Address(address) {
            self.address = numeric.groups.map { String($0, radix: 16) }.joined(separator: ":")
        } else {
            let lower = address.lowercased()
            self.address = lower.hasSuffix(".") ? String(lower.dropLast()) : lower
        }
        self.port = port
    }

    /// Whether an address leads every machine to itself.
    static func isLoopback(_ address: String) -> Bool {
        if address.contains(":") {
            guard let groups = IPv6Address(address)?.groups, groups.prefix(5).allSatisfy({ $0 == 0 }) else {
                return false
            }
            // ::1 and ::, or an IPv4 address in the form of IPv6.
            return groups[5] == 0xffff ? groups[6] >> 8 == 127 : groups[5] == 0 && groups[6] == 0 && groups[7] <= 1
        }
        if let bytes = IPv6Address.ipv4Bytes(address[...]) { return bytes[0] == 127 || bytes.allSatisfy { $0 == 0 } }
        let name = address.lowercased()
        return ["localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"].contains(name)
            || name.hasSuffix(".localhost")
    }

    /// An address in which nothing can be taken for an option, a path or another word.
    static func checkedAddress(_ text: String) throws(SettingFault) -> String {
        if text.hasPrefix("[") { throw SettingFault(reason: "an IPv6 address is written without brackets here") }
        if text.contains(":") { return try checkedIPv6(text) }
        guard let first = text.utf8.first, text.utf8.count <= 253,
            SettingType.isLetterOrDigit(first) || text.first == "_",
            text.utf8.allSatisfy({ SettingType.isLetterOrDigit($0) || "._-".utf8.contains($0) }), !text.contains("..")
        else { throw SettingFault() }
        let last = text.split(separator: ".").last ?? ""
        if last.utf8.allSatisfy({ (48...57).contains($0) }), IPv6Address.ipv4Bytes(text[...]) == nil {
            throw SettingFault(reason: "an IPv4 address has four numbers from 0 to 255")
        }
        return text
    }

    private static func checkedIPv6(_ text: String) throws(SettingFault) -> String {
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard IPv6Address(String(parts[0])) != nil else {
            let isPort = text.split(separator: ":", omittingEmptySubsequences: false).count == 2
            throw SettingFault(reason: isPort ? "a port goes into a variable of its own" : nil)
        }
        if parts.count == 2 {
            let isZone =
                !parts[1].isEmpty
                && parts[1].utf8.allSatisfy { SettingType.isLetterOrDigit($0) || "._-".utf8.contains($0) }
            guard isZone else { throw SettingFault() }
        }
        return text
    }
}
