/// What one line of a configuration, or one argument, says of a connection.
package enum ClientOption: Sendable, Hashable {
    /// The name or address to connect to, with its tokens.
    case hostName(String)
    /// The user to log in as.
    case user(String)
    /// The port to connect to.
    case port(Int)
    /// A private key to offer, with its tokens.
    case identityFile(String)
    /// Whether the agent may offer only the keys that are named.
    case identitiesOnly(Bool)
    /// The agent's socket, as it is written.
    case identityAgent(String)
    /// The hosts to go through, the nearest first; empty for none.
    case proxyJump([JumpHost])
    /// A command that connects.
    case proxyCommand(String)
    /// The user's known_hosts files, with their tokens; empty for none.
    case userKnownHostsFile([String])
    /// The system's known_hosts files; empty for none.
    case globalKnownHostsFile([String])
    /// The name that the host has in known_hosts.
    case hostKeyAlias(String)
    /// Whether new keys are recorded under hashed names.
    case hashKnownHosts(Bool)
    /// What to do with unknown hosts.
    case strictHostKeyChecking(StrictChecking)
    /// How long connecting may take, in seconds; 0 says that there is no limit.
    case connectTimeout(Int)
    /// How often the host is asked whether it is there, in seconds; 0 for never.
    case serverAliveInterval(Int)
    /// How many of these questions may stay unanswered.
    case serverAliveCountMax(Int)
    /// Which unknown keywords are passed over.
    case ignoreUnknown(String)
    /// Something that ssh would do for safety or reach, and that is told when it applies.
    case unsupported(keyword: String, reason: String)
    /// An option of ssh's without a meaning here.
    case ignored(keyword: String)

    /// What `StrictHostKeyChecking` says.
    package enum StrictChecking: String, Sendable, Hashable {
        /// Refuse unknown hosts.
        case yes
        /// Ask a person; there is nobody to ask, so it refuses.
        case ask
        /// Take the keys of unknown hosts, and record them.
        case acceptNew = "accept-new"
        /// Check nothing; that is not done here.
        case off
    }
}

/// An option with the line that says it.
package struct ClientDirective: Sendable, Hashable {
    /// The option.
    package var option: ClientOption
    /// Where it is said.
    package var origin: ConfigurationOrigin

    /// Makes a directive.
    package init(_ option: ClientOption, at origin: ConfigurationOrigin) {
        self.option = option
        self.origin = origin
    }
}
