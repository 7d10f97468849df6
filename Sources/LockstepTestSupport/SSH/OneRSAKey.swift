import Foundation
import SystemPackage

/// The RSA key of this process, made when it is first asked for.
actor OneRSAKey {
    /// The only one.
    static let shared = OneRSAKey()

    /// Both halves, as ssh-keygen writes them.
    struct Pair: Sendable {
        /// The private half, in OpenSSH's form and without a passphrase.
        var privateHalf: String
        /// The line of the public half.
        var publicHalf: String
    }

    private var making: Task<Pair, any Error>?

    /// The pair; those who ask meanwhile wait for the one that is being made.
    func pair() async throws -> Pair {
        if let making { return try await making.value }
        let making = Task {
            try await TemporaryDirectory.with { directory in
                let path = directory.path.appending("key").string
                try await runLocally("ssh-keygen", ["-q", "-t", "rsa", "-N", "", "-C", "lockstep test", "-f", path])
                return Pair(
                    privateHalf: try String(contentsOfFile: path, encoding: .utf8),
                    publicHalf: try String(contentsOfFile: path + ".pub", encoding: .utf8)
                )
            }
        }
        self.making = making
        return try await making.value
    }
}
