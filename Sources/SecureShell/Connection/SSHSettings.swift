/// What all connections of a connector share.
struct SSHSettings: Sendable {
    /// The host keys to trust.
    var knownHosts: KnownHostsStore
    /// What to do with hosts that they do not speak of.
    var policy: HostKeyPolicy
    /// How long each step may take.
    var deadlines: SSHDeadlines
    /// The private keys to log in with.
    var keys: PrivateKeyStore
}
