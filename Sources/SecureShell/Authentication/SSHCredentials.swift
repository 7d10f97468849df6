package import RemoteHost
package import SystemPackage

/// What proves to a host that somebody is the user they say they are.
package struct SSHCredentials: Sendable, Hashable {
    /// The private key files to offer, in order; the connector's default ones where there are none.
    package var identityFiles: [FilePath]
    /// Whether the agent may offer the keys of `identityFiles` only, and no others.
    package var offersNamedKeysOnly: Bool
    /// The socket of the agent to ask; none where no agent is to be asked.
    package var agentSocket: FilePath?
    /// The password, for hosts that take no key yet.
    package var password: Secret?

    /// Makes credentials.
    package init(
        identityFiles: [FilePath] = [],
        offersNamedKeysOnly: Bool = false,
        agentSocket: FilePath? = nil,
        password: Secret? = nil
    ) {
        self.identityFiles = identityFiles
        self.offersNamedKeysOnly = offersNamedKeysOnly
        self.agentSocket = agentSocket
        self.password = password
    }
}
