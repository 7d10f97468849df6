/// One line of a known_hosts file that says something.
struct KnownHostsEntry: Sendable, Hashable {
    /// What the line says of the key.
    var marker: Marker
    /// Which hosts it speaks of.
    var pattern: HostPattern
    /// The key's type as the line names it.
    var keyType: String
    /// The key, in base64.
    var key: String
    /// Where the line stands.
    var location: KnownHostsLocation

    /// What a line says of its key.
    enum Marker: Sendable, Hashable {
        /// The host has this key.
        case none
        /// Nobody may use this key any more.
        case revoked
        /// Whoever holds this key may vouch for the host's own.
        case authority
    }

    /// Whether the line holds this key.
    func has(_ key: HostKey) -> Bool { HostKey(base64: self.key) == key }

    /// Reads a line without its end; `nil` for blank lines, comments and what is no entry of today (RSA1 keys, unknown
    /// markers).
    init?(line: Substring.UTF8View, at location: KnownHostsLocation) {
        var fields = line.split(maxSplits: 4, whereSeparator: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") })[
            ...
        ]
        guard let first = fields.first, first.first != UInt8(ascii: "#") else { return nil }
        if first.first == UInt8(ascii: "@") {
            switch Substring(first) {
            case "@revoked": marker = .revoked
            case "@cert-authority": marker = .authority
            default: return nil
            }
            fields = fields.dropFirst()
        } else {
            marker = .none
        }
        guard fields.count >= 3, let hosts = fields.popFirst(), let type = fields.popFirst(),
            let key = fields.popFirst(), let typeStart = type.first,
            !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(typeStart),
            let pattern = HostPattern(field: Substring(hosts))
        else { return nil }
        self.pattern = pattern
        keyType = String(Substring(type))
        self.key = String(Substring(key))
        self.location = location
    }
}

/// A line of a known_hosts file.
package struct KnownHostsLocation: Sendable, Hashable, CustomStringConvertible {
    /// The file's path.
    package var file: String
    /// The line's number, counted from 1.
    package var line: Int

    /// Makes a location.
    package init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    /// The location as people write it: FILE:LINE.
    package var description: String { "\(file):\(line)" }
}
