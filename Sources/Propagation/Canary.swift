/// A directory that is made in the master's source only to see it arrive on the slaves.
///
/// Its nonce is in its name and in its files, so that no other run's canary, and no older one's, is taken for it.
package struct Canary: Sendable, Hashable {
    /// What tells this canary from all others: 16 characters of a-z and 0-9.
    package let nonce: String

    /// Makes a canary that nobody has seen before.
    package init() {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        nonce = String((0..<16).map { _ in alphabet[Int.random(in: alphabet.indices)] })
    }

    /// Makes a canary with this nonce, or nil where it is not one: it becomes part of paths and scripts.
    package init?(nonce: String) {
        guard nonce.utf8.count == 16,
            nonce.utf8.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) })
        else { return nil }
        self.nonce = nonce
    }

    /// The name of its directory.
    package var directoryName: String { ".lockstep-canary-\(nonce)" }

    /// The name of its file until it is renamed.
    var firstName: String { "first" }

    /// The name of its file after it was renamed.
    var secondName: String { "second" }

    /// The one line in its file at first.
    var firstText: String { "created \(nonce)" }

    /// The one line in its file later, of another length.
    var secondText: String { "changed since then \(nonce)" }

    /// The one line in its file after that, of the same length: an rsync that compares sizes, or sizes and times, takes
    /// both for equal.
    var thirdText: String { "changed once again \(nonce)" }
}
