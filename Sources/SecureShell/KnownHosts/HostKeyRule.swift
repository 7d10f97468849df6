package import SystemPackage

/// How a host proves that it is the host that is meant. What is not said here, the connector's settings say.
package struct HostKeyRule: Sendable, Hashable {
    /// The fingerprints of its keys ("SHA256:…"): any of them is taken, and known_hosts is not asked.
    package var pins: [String]
    /// The name that it has in known_hosts, instead of its address.
    package var alias: String?
    /// The known_hosts files to look into, the one that new keys are added to first; the connector's where there are none.
    package var files: [FilePath]
    /// What to do with a key that nothing is known of; the connector's policy where there is none.
    package var policy: HostKeyPolicy?
    /// Whether a new key is recorded under a hashed name.
    package var hashesNewNames: Bool

    /// Makes a rule.
    package init(
        pins: [String] = [],
        alias: String? = nil,
        files: [FilePath] = [],
        policy: HostKeyPolicy? = nil,
        hashesNewNames: Bool = false
    ) {
        self.pins = pins
        self.alias = alias
        self.files = files
        self.policy = policy
        self.hashesNewNames = hashesNewNames
    }
}
