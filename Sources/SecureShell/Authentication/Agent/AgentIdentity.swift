/// A key that an agent holds.
struct AgentIdentity: Sendable, Hashable {
    /// The public half, or a certificate.
    var publicKey: HostKey
    /// What its owner calls it.
    var comment: String
}
