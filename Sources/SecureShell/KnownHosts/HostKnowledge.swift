/// What known_hosts says of one host; made before connecting, so that the connection need not read anything.
struct HostKnowledge: Sendable, Hashable {
    /// The lines with the host's own keys.
    var keys: [KnownHostsEntry] = []
    /// The lines with keys of the same address on its usual port: good for a match, never for a mismatch.
    var keysOfOtherPort: [KnownHostsEntry] = []
    /// The lines with keys that must not be used.
    var revoked: [KnownHostsEntry] = []
    /// The lines that leave the host's key to a certificate authority.
    var authorities: [KnownHostsEntry] = []
    /// How many of the hashed names have been tried; those that came later have not.
    var hashedTried = 0

    /// What to think of a key that a host shows.
    enum Verdict: Sendable, Hashable {
        /// It is the host's.
        case match
        /// Nothing is known of the host; an authority may be, which is not supported.
        case unknown(authority: KnownHostsLocation?)
        /// The host is known by other keys.
        case changed(expected: [Expected])
        /// The key must not be used.
        case revoked(KnownHostsLocation)
    }

    /// A key that a host should have shown.
    struct Expected: Sendable, Hashable {
        /// The key's type.
        var type: String
        /// The key's fingerprint.
        var fingerprint: String
        /// The line that says so.
        var location: KnownHostsLocation
    }

    /// Judges a key.
    func verdict(on key: HostKey) -> Verdict {
        let isSame = { (entry: KnownHostsEntry) in entry.has(key) }
        if let entry = revoked.first(where: isSame) { return .revoked(entry.location) }
        if keys.contains(where: isSame) { return .match }
        if !keys.isEmpty {
            return .changed(
                expected: keys.map { entry in
                    Expected(
                        type: entry.keyType,
                        fingerprint: HostKey(base64: entry.key)?.fingerprint ?? "unreadable",
                        location: entry.location
                    )
                }
            )
        }
        if keysOfOtherPort.contains(where: isSame) { return .match }
        return .unknown(authority: authorities.first?.location)
    }

    /// Whether a key must not be used.
    func isRevoked(_ key: HostKey) -> Bool { revoked.contains { $0.has(key) } }

    /// The types of the keys that the host is known by.
    var knownTypes: Set<String> { Set((keys.isEmpty ? keysOfOtherPort : keys).map(\.keyType)) }

    /// The host key types to ask for: the known ones first, so that a key of another type is not taken for a change,
    /// then all the others, since the list is exclusive.
    ///
    /// - Parameters:
    ///   - supported: the types that can be checked here.
    ///   - unwanted: the types of which the host's key is known to be another than the wanted one; they come last.
    func preferredTypes(supported: [String], last unwanted: Set<String> = []) -> [String] {
        // The order of OpenSSH, which is also the one a new host should be recorded by.
        let usual = [
            "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
            "rsa-sha2-512", "rsa-sha2-256", "ssh-rsa",
        ]
        // One RSA key signs under three names.
        let rank = { [known = knownTypes] (type: String) in
            let type = type.hasPrefix("rsa-sha2-") ? "ssh-rsa" : type
            return unwanted.contains(type) ? 2 : known.contains(type) ? 0 : 1
        }
        // OpenSSH's client no longer takes DSA keys; certificates of hosts are not evaluated here.
        let isFit = { (type: String) in type != "ssh-dss" && !type.contains("-cert-") }
        let ordered = usual.filter(supported.contains) + supported.filter { !usual.contains($0) && isFit($0) }
        return (0...2).flatMap { place in ordered.filter { rank($0) == place } }
    }
}
