/// What all connections of a connector share.
struct SSHSettings: Sendable {
    /// The host keys to trust.
    var knownHosts: KnownHostsStore
    /// What to do with hosts that they do not speak of.
    var policy: HostKeyPolicy
    /// How long each step may take.
    var deadlines: SSHDeadlines
    /// The private keys to log in with.
    var keys: KeyRing
    /// Finds the addresses of names.
    var lookup: NameLookup = .system
    /// The connections to jump hosts.
    let jumps = JumpConnections()
    /// Keeps starts at one sshd within bounds.
    let startGate = StartGate()
}
