package import SystemPackage

/// How to reach a host and log in there.
package struct SSHDestination: Sendable, Hashable {
    /// The host's name in the inventory.
    package var name: String
    /// Its IP address (IPv6 without brackets) or DNS name.
    package var address: String
    /// The port its sshd listens on.
    package var port: Int
    /// The user to log in as.
    package var user: String
    /// The private key files to offer, in order; the connector's default ones where there are none.
    package var identityFiles: [FilePath]

    /// Makes a destination.
    package init(name: String, address: String, port: Int = 22, user: String, identityFiles: [FilePath] = []) {
        self.name = name
        self.address = address
        self.port = port
        self.user = user
        self.identityFiles = identityFiles
    }

    /// The destination as messages name it.
    var endpoint: String { "\(address) port \(port)" }
}
