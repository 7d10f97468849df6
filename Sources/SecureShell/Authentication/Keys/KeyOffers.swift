import RemoteHost

/// The keys to offer to a host, best first, and a word on those that are not offered.
struct KeyOffers: Sendable {
    /// How many keys are offered at most: sshd ends the login at the sixth refusal (MaxAuthTries), and a password may be
    /// tried after them.
    static let most = 5

    /// The keys, `most` at most.
    private(set) var keys: [LoginKey] = []
    /// How many more there would have been.
    private(set) var leftOut = 0
    /// Where keys were looked for and what is not offered, each with its reason.
    private(set) var notes: [String] = []

    /// Adds a key behind the others, unless it is among them.
    mutating func add(_ key: LoginKey) {
        if let publicKey = key.publicKey, keys.contains(where: { $0.publicKey == publicKey }) { return }
        if keys.count < Self.most { keys.append(key) } else { leftOut += 1 }
    }

    /// Adds a note.
    mutating func note(_ text: String) {
        if !notes.contains(text) { notes.append(text) }
    }
}
