package import SystemPackage

/// A lab that is up: where its files are and how its hosts are reached.
package struct LabReport: Sendable, Hashable {
    /// The inventory that was written.
    package var inventory: FilePath
    /// The hosts' keys, for `--known-hosts`.
    package var knownHosts: FilePath
    /// The private half of the key that root's login takes on every host.
    package var privateKey: FilePath
    /// The master first, then the slaves.
    package var hosts: [Host]
    /// The names of the hosts that this call made or started.
    package var brought: [String]
    /// How long the whole call took.
    package var took: Duration

    /// A host of the lab.
    package struct Host: Sendable, Hashable {
        /// Its name in the inventory, and its host name.
        package var name: String
        /// Its IPv4 address on the lab's network.
        package var address: String
        /// Its container's id.
        package var container: String
    }
}

/// How a lab is now.
package struct LabStatus: Sendable, Hashable {
    /// The engine that runs it.
    package var engine: String
    /// Its network's name.
    package var network: String
    /// Its network's range, as in `10.77.0.0/22`.
    package var subnet: String
    /// The inventory that was written.
    package var inventory: FilePath
    /// The hosts' keys, for `--known-hosts`.
    package var knownHosts: FilePath
    /// The private half of the key that root's login takes on every host.
    package var privateKey: FilePath
    /// The master first, then the slaves.
    package var hosts: [Host]

    /// A host and what is known of it.
    package struct Host: Sendable, Hashable {
        /// Its name in the inventory.
        package var name: String
        /// Its IPv4 address on the lab's network.
        package var address: String
        /// Its container's id; nil when the container is gone.
        package var container: String?
        /// Whether its container runs.
        package var isRunning: Bool
        /// Whether its sshd let the lab's key in just now.
        package var answersSSH: Bool
    }
}
