import RemoteHost
import SystemPackage

/// Why a private key file cannot be used.
struct PrivateKeyError: Error, Sendable, Hashable {
    /// The file.
    var path: FilePath
    /// What is wrong with it.
    var reason: Reason

    /// What can be wrong with a key file.
    enum Reason: Sendable, Hashable {
        /// There is no such file.
        case absent
        /// It cannot be read; why, in a few words.
        case unreadable(String)
        /// It holds something else.
        case notAPrivateKey
        /// It begins like a key and goes on otherwise.
        case malformed
        /// It needs a passphrase.
        case encrypted
    }

    /// The error as a host's outcome.
    var asRemoteHostError: RemoteHostError {
        switch reason {
        case .absent:
            RemoteHostError(
                .authenticationFailed,
                "there is no private key file \(path)",
                hint: "name an existing key file, or make one with: ssh-keygen -t ed25519 -f \(path)"
            )
        case .unreadable(let why):
            RemoteHostError(.authenticationFailed, "cannot read the private key file \(path): \(why)")
        case .notAPrivateKey:
            RemoteHostError(
                .authenticationFailed,
                "\(path) is not a private key",
                hint: path.extension == "pub" ? "name the file without .pub: that is the private half" : nil
            )
        case .malformed:
            RemoteHostError(.authenticationFailed, "the private key file \(path) is damaged")
        case .encrypted:
            RemoteHostError(
                .authenticationFailed,
                "the private key \(path) is protected by a passphrase, which is not supported yet",
                hint: "use a key without a passphrase for this (ssh-keygen -t ed25519 -N '' -f FILE)"
            )
        }
    }
}
