/// A host that is mirrored to, everything checked.
package struct Slave: Sendable, Hashable {
    /// The host.
    package let host: FleetHost
    /// The user who receives the files.
    package let syncUser: String
    /// The name or IP address at which the master reaches it; IPv6 without brackets.
    package let syncAddress: String
    /// The SSH port at which the master reaches it, 1 to 65535.
    package let syncPort: Int
    /// What the master's key must pass.
    package let gate: Gate

    /// What the master's key must pass on a slave.
    package enum Gate: String, Sendable, Hashable, CaseIterable {
        /// Lockstep's own.
        case receive
        /// rsync's.
        case rrsync

        /// The forced command of the key, word by word.
        package func command(targets: [String]) -> [String] {
            switch self {
            case .receive: ["/usr/local/lib/lockstep/receive"] + targets
            case .rrsync: ["/usr/bin/rrsync", "-wo"] + targets
            }
        }
    }

    /// The host's name.
    package var name: String { host.name }
}
