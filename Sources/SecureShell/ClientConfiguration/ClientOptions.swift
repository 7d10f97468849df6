/// How a client configuration says that a host is reached; each value with the line that says it.
package struct ClientOptions: Sendable, Hashable {
    /// The name or address to connect to: that of `HostName`, or else what was asked for.
    package var address: String
    /// Where the address is said; none where it is what was asked for.
    package var addressOrigin: ConfigurationOrigin?
    /// The user to log in as.
    package var user: Sourced<String>?
    /// The port to connect to.
    package var port: Sourced<Int>?
    /// The private keys to offer, in order; one may be `none`.
    package var identityFiles: [Sourced<String>] = []
    /// Whether the agent may offer only the keys that are named.
    package var identitiesOnly: Sourced<Bool>?
    /// The agent to ask.
    package var identityAgent: Sourced<Agent>?
    /// The hosts to go through, the nearest first; empty where it is said that there are none.
    package var jumps: Sourced<[JumpHost]>?
    /// The user's known_hosts files; empty where it is said that there are none.
    package var userKnownHostsFiles: Sourced<[String]>?
    /// The system's known_hosts files; empty where it is said that there are none.
    package var globalKnownHostsFiles: Sourced<[String]>?
    /// The name that the host has in known_hosts.
    package var hostKeyAlias: Sourced<String>?
    /// Whether new keys are recorded under hashed names.
    package var hashKnownHosts: Sourced<Bool>?
    /// What to do with unknown hosts.
    package var strictHostKeyChecking: Sourced<ClientOption.StrictChecking>?
    /// How long connecting may take, in seconds; 0 says that there is no limit.
    package var connectTimeout: Sourced<Int>?
    /// How often the host is asked whether it is there, in seconds; 0 for never.
    package var serverAliveInterval: Sourced<Int>?
    /// How many of these questions may stay unanswered.
    package var serverAliveCountMax: Sourced<Int>?
    /// What is odd, or is not done here.
    package var warnings: [ClientConfigurationError] = []

    /// The agent that `IdentityAgent` names.
    package enum Agent: Sendable, Hashable {
        /// Nobody is asked.
        case none
        /// The agent at the socket that $SSH_AUTH_SOCK names.
        case environment
        /// The agent at this socket.
        case socket(String)
    }

    /// Where known_hosts are looked up when only one of the two lists is given.
    package static let standardGlobalKnownHostsFiles = ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"]

    /// The user's known_hosts files where nothing else is said.
    package static func standardUserKnownHostsFiles(home: String) -> [String] {
        ["\(home)/.ssh/known_hosts", "\(home)/.ssh/known_hosts2"]
    }
}
