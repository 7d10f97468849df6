package import RemoteHost

/// One end of a replication: a directory on a host, and the rights to use it with.
package struct ProofSite: Sendable {
    /// The host, reached by a connection of its own.
    package var host: any RemoteHost
    /// The source on the master, or the target on a slave.
    package var directory: String
    /// The rights that canaries are written or watched with.
    package var privilege: Privilege

    /// Makes a site.
    package init(host: any RemoteHost, directory: String, privilege: Privilege = .none) {
        self.host = host
        self.directory = directory
        self.privilege = privilege
    }
}
