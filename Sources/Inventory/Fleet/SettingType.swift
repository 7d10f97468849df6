import INIFile

/// What a setting's value may be.
package enum SettingType: Sendable, Hashable {
    /// An absolute path of a directory.
    case directory
    /// A path of a file on this machine.
    case file
    /// A host's name or an IP address.
    case address
    /// A TCP port.
    case port
    /// A user as `useradd` makes them.
    case systemUser
    /// A user as some directory service may name them.
    case loginUser
    /// A switch.
    case yesNo
    /// One of a few words.
    case choice([String])
    /// A time in seconds, decimals allowed.
    case seconds(ClosedRange<Int>)
    /// Fingerprints of host keys.
    case fingerprints
    /// Arguments for ssh.
    case sshArguments
    /// A text that nobody may see.
    case secret
    /// A choice of hosts.
    case hostPattern
    /// Patterns of file names, as rsync's filters have them.
    case patterns
    /// A number of bytes in each second.
    case bytesPerSecond
    /// Names of users or groups, and what they are called on the other side.
    case nameMap
    /// Changes of file modes.
    case modes
    /// A name of letters, digits, `.`, `_` and `-`.
    case word
    /// How many copies share one lsyncd.
    case isolation
    /// Addresses from which somebody may come, as sshd's from= has them.
    case sourceAddresses

    /// The type in words that fit behind "takes".
    package var summary: String {
        switch self {
        case .directory: "an absolute path"
        case .file: "a path"
        case .address: "a host name or an IP address"
        case .port: "a port from 1 to 65535"
        case .systemUser: "a user name of a-z, 0-9, '_' and '-', a letter or '_' first"
        case .loginUser: "a user name"
        case .yesNo: "yes or no"
        case .choice(let words):
            (words.dropLast(2) + [words.suffix(2).joined(separator: " or ")]).joined(separator: ", ")
        case .seconds(let range): "seconds from \(range.lowerBound) to \(range.upperBound)"
        case .fingerprints: "fingerprints, SHA256:… with 43 characters each, with commas between them"
        case .sshArguments: "arguments for ssh, quoted as for a shell"
        case .secret: "a password"
        case .hostPattern: "a host pattern"
        case .patterns: "rsync's patterns, one a line or with commas between"
        case .bytesPerSecond: "bytes in a second, such as 500k or 2M, or 0"
        case .nameMap: "from:to, several with commas between"
        case .word: "a name of letters, digits, '.', '_' and '-', a letter or digit first, at most 63"
        case .isolation: "auto, per-slave, shared or shards:N"
        case .sourceAddresses:
            "addresses, networks such as 192.0.2.0/24 or patterns such as 192.0.2.*, with commas between"
        case .modes: "modes as rsync's --chmod, such as D755,F644"
        }
    }
}

/// Why a text is not a value of a type.
struct SettingFault: Error, Hashable {
    /// The reason in words that fit behind a colon; none when the type's summary says it all.
    var reason: String?
}

extension SettingType {
    /// The one spelling of a value; what the spellings have in common is that nothing in them can surprise.
    func normalized(_ text: String) throws(SettingFault) -> String {
        if text.utf8.contains(UInt8(ascii: "{")), text.contains("{{") || text.contains("{%") {
            throw SettingFault(reason: "templates are not expanded in an inventory")
        }
        switch self {
        case .directory: return try AbsolutePath(parsing: text).text
        case .file: return try SettingType.checkedFile(text)
        case .address: return try HostEndpoint.checkedAddress(text)
        case .port:
            guard !text.isEmpty, text.utf8.count <= 5, text.utf8.allSatisfy({ (48...57).contains($0) }),
                let port = Int(text), (1...65535).contains(port)
            else { throw SettingFault() }
            return String(port)
        case .systemUser:
            let others = text.unicodeScalars.dropFirst()
            guard let first = text.unicodeScalars.first, text.utf8.count <= 32,
                first == "_" || ("a"..."z").contains(first),
                others.allSatisfy({ ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "_" || $0 == "-" })
            else { throw SettingFault() }
            return text
        case .loginUser:
            guard text.utf8.count <= 255, let first = text.utf8.first, first != UInt8(ascii: "-"),
                text.utf8.allSatisfy({ SettingType.isLetterOrDigit($0) || "._-@+\\".utf8.contains($0) })
            else { throw SettingFault() }
            return text
        case .yesNo:
            switch text.lowercased() {
            case "yes", "true", "on", "y", "t", "1": return "yes"
            case "no", "false", "off", "n", "f", "0": return "no"
            default: throw SettingFault()
            }
        case .choice(let words):
            if words.contains(text) { return text }
            // Ansible's other words for yes and no.
            guard words.contains("yes"), words.contains("no") else { throw SettingFault() }
            return try SettingType.yesNo.normalized(text)
        case .seconds(let range): return try SettingType.checkedSeconds(text, range)
        case .fingerprints: return try HostKeyFingerprint.checkedList(text)
        case .patterns: return try SettingType.checkedPatterns(SettingType.items(of: text))
        case .bytesPerSecond: return try SettingType.checkedBytes(text)
        case .nameMap: return try SettingType.checkedNameMap(SettingType.items(of: text))
        case .modes: return try SettingType.checkedModes(SettingType.items(of: text))
        case .word:
            guard let first = text.utf8.first, SettingType.isLetterOrDigit(first), text.utf8.count <= 63,
                text.utf8.allSatisfy({ SettingType.isLetterOrDigit($0) || "._-".utf8.contains($0) })
            else { throw SettingFault() }
            return text
        case .isolation:
            if ["auto", "per-slave", "shared"].contains(text) { return text }
            guard text.hasPrefix("shards:"), let count = Int(text.dropFirst("shards:".count)), (1...512).contains(count)
            else { throw SettingFault() }
            return "shards:\(count)"
        case .sourceAddresses: return try SettingType.checkedSources(text)
        case .sshArguments, .secret, .hostPattern:
            // What could end a line, or a text in C, has no place in either.
            if text.isEmpty { throw SettingFault(reason: "it is empty") }
            if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control && $0 != "\t" }) {
                throw SettingFault(reason: "it has a control character")
            }
            return text
        }
    }

    /// Whether a byte is an ASCII letter or digit.
    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func checkedSources(_ text: String) throws(SettingFault) -> String {
        let sources = text.split(separator: ",", omittingEmptySubsequences: false).map {
            $0.trimmingPrefix { $0 == " " }.reversed().trimmingPrefix { $0 == " " }.reversed()
        }.map { String($0) }
        for source in sources {
            let isPlain = source.utf8.allSatisfy { isLetterOrDigit($0) || ".:/*?!_-%".utf8.contains($0) }
            guard !source.isEmpty, isPlain else { throw SettingFault() }
            // Of a network that is none, sshd takes the whole line for broken.
            let parts = source.split(separator: "/", omittingEmptySubsequences: false)
            let mostBits = source.contains(":") ? 128 : 32
            guard parts.count == 1 || parts.count == 2 && Int(parts[1]).map({ (0...mostBits).contains($0) }) ?? false
            else { throw SettingFault(reason: "\(quoted(source)) is no network") }
        }
        if sources.allSatisfy({ $0.hasPrefix("!") }) {
            throw SettingFault(reason: "who may come is not said, only who may not")
        }
        return sources.joined(separator: ",")
    }

    private static func checkedFile(_ text: String) throws(SettingFault) -> String {
        guard !text.isEmpty else { throw SettingFault() }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            throw SettingFault(reason: "it has a control character")
        }
        if text.hasPrefix("~"), text != "~", !text.hasPrefix("~/") {
            throw SettingFault(reason: "only one's own home can be written with '~'")
        }
        return text
    }

    /// Digits, at most six of them behind a dot, without zeros that say nothing.
    private static func checkedSeconds(_ text: String, _ range: ClosedRange<Int>) throws(SettingFault) -> String {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let whole = Int(parts[0])
        else { throw SettingFault() }
        var fraction = parts.count == 2 ? parts[1] : ""
        while fraction.last == "0" { fraction.removeLast() }
        guard fraction.utf8.count <= 6 else { throw SettingFault(reason: "it has more than six decimals") }
        let isInside = range.contains(whole) && (whole < range.upperBound || fraction.isEmpty)
        guard isInside else { throw SettingFault() }
        return fraction.isEmpty ? String(whole) : "\(whole).\(fraction)"
    }
}
