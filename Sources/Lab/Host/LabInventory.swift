/// The inventory that a lab writes: a normal one, made of what the lab knows of its hosts.
struct LabInventory: Sendable, Hashable {
    /// The lab's id; the first line carries it, so that no other file is ever taken for the lab's.
    var id: String
    /// The master first, then the slaves.
    var hosts: [LabState.Host]
    /// The private key to log in with.
    var privateKey: String
    /// The file that holds the hosts' keys.
    var knownHosts: String
    /// This file's own path, for the hint in it.
    var path: String

    /// The line that says whose file this is.
    static func mark(_ id: String) -> String { "# Lockstep lab \(id)" }

    /// Whether a text is the inventory of this lab, edited or not.
    static func isOurs(_ text: String, id: String) -> Bool {
        text.split(whereSeparator: \.isNewline).first?.trimmed == mark(id)
    }

    /// The file's text.
    var text: String {
        """
        \(Self.mark(id))
        # Try:  lockstep -i \(path) --known-hosts \(knownHosts) up
        # `lockstep lab down` removes this file: copy it to keep what you change.

        [master]
        \(hosts.prefix(1).map(Self.line).joined())
        [slaves]
        \(hosts.dropFirst().map(Self.line).joined())
        [all:vars]
        ansible_user=root
        ansible_ssh_private_key_file=\(privateKey)
        source=/srv/data

        [slaves:vars]
        target=/srv/data

        """
    }

    /// A text of this lab's inventory with more slaves in it; what its reader changed stays as it is.
    ///
    /// Slaves that the text has already are left out.
    static func adding(_ slaves: [LabState.Host], to text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let named = Set(lines.compactMap { $0.split(whereSeparator: \.isWhitespace).first.map(String.init) })
        let fresh = slaves.filter { !named.contains($0.name) }.map { String(line($0).dropLast()) }
        guard let header = lines.firstIndex(where: { $0.trimmed == "[slaves]" }) else {
            return text + (text.hasSuffix("\n") ? "" : "\n") + "\n[slaves]\n" + fresh.map { $0 + "\n" }.joined()
        }
        let end = lines[(header + 1)...].firstIndex { $0.trimmed.hasPrefix("[") } ?? lines.endIndex
        let last = lines[..<end].lastIndex { !$0.trimmed.isEmpty } ?? header
        lines.insert(contentsOf: fresh, at: last + 1)
        return lines.joined(separator: "\n")
    }

    private static func line(_ host: LabState.Host) -> String { "\(host.name) ansible_host=\(host.address)\n" }
}
