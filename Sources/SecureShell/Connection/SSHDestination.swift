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
    /// What proves that it is this user.
    package var credentials: SSHCredentials
    /// How the host proves that it is this host.
    package var hostKeyRule: HostKeyRule
    /// The hosts to go through, the nearest first; each has no jumps of its own.
    package var jumps: [SSHDestination]
    /// How long connecting by TCP may take; the connector's deadline where there is none.
    package var connectLimit: Duration?
    /// How often the host is asked whether it is there while nothing is heard of it; the connector's where there is none.
    package var aliveInterval: Duration?
    /// How many of these questions in a row may stay unanswered; as many as ssh allows where nothing is said.
    package var aliveLimit: Int?

    /// Makes a destination.
    package init(
        name: String,
        address: String,
        port: Int = 22,
        user: String,
        credentials: SSHCredentials = SSHCredentials(),
        hostKeyRule: HostKeyRule = HostKeyRule(),
        jumps: [SSHDestination] = [],
        connectLimit: Duration? = nil,
        aliveInterval: Duration? = nil,
        aliveLimit: Int? = nil
    ) {
        self.name = name
        self.address = address
        self.port = port
        self.user = user
        self.credentials = credentials
        self.hostKeyRule = hostKeyRule
        self.jumps = jumps
        self.connectLimit = connectLimit
        self.aliveInterval = aliveInterval
        self.aliveLimit = aliveLimit
    }

    /// The destination as messages name it.
    var endpoint: String { "\(address) port \(port)" }
}
