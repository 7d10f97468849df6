package import RemoteHost
import Synchronization
package import SystemPackage

/// Where the passphrases of private keys come from.
package struct PassphraseSource: Sendable {
    /// How often a passphrase is asked for before the key is given up.
    let tries: Int
    /// Whether asking disturbs a person, so that it is done for keys only that are sure to be needed.
    let isInteractive: Bool
    private let ask: @Sendable (FilePath, Int) -> Secret?

    /// Passphrases that a person types in; a wrong one is asked for again, three times in all.
    ///
    /// - Parameter ask: asks for the passphrase of a key file, given how often it was asked for before; it may block.
    ///   Two are never asked for at a time.
    package static func prompt(_ ask: @escaping @Sendable (_ key: FilePath, _ before: Int) -> Secret?) -> Self {
        let terminal = OneAtATime()
        return Self(tries: 3, isInteractive: true) { key, before in terminal.run { ask(key, before) } }
    }

    /// One passphrase for all keys.
    package static func fixed(_ passphrase: Secret) -> Self {
        Self(tries: 1, isInteractive: false) { _, _ in passphrase }
    }

    /// No passphrases at all.
    package static let none = Self(tries: 0, isInteractive: true) { _, _ in nil }

    /// The same for several connectors: what was given for a key is given again, and asked for anew if it was wrong.
    package func remembering() -> Self {
        let given = Mutex<[FilePath: Secret]>([:])
        return Self(tries: tries, isInteractive: isInteractive) { key, before in
            if before == 0, let known = given.withLock({ $0[key] }) { return known }
            let answer = ask(key, before)
            given.withLock { $0[key] = answer }
            return answer
        }
    }

    /// Asks once.
    func passphrase(for key: FilePath, before: Int) -> Secret? {
        ask(key, before)
    }

    private final class OneAtATime: Sendable {
        private let gate = Mutex(())

        func run(_ body: () -> Secret?) -> Secret? {
            gate.withLock { _ in body() }
        }
    }
}
