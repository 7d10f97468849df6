import RemoteHost

/// A key that is ready to be offered to a host.
struct LoginKey: Sendable, CustomStringConvertible, CustomReflectable {
    /// The key as people know it: where it is, its kind and, where known, fingerprint.
    var description: String
    /// The kind of key.
    var kind: PrivateKey.Kind
    /// The public half or the certificate to show to the host; libssh2 finds it where it is `nil`.
    var publicKey: HostKey?
    /// What signs with it.
    var signer: Signer

    /// What can sign.
    enum Signer: Sendable {
        /// An agent that holds a key with this public half.
        case agent(AgentClient, HostKey)
        /// A key in memory.
        case key(SigningKey)
        /// libssh2, given the bytes of a PEM file.
        case library([UInt8], passphrase: Secret?)
    }

    var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
