import RemoteHost
import SystemPackage

/// Why a private key file cannot be used.
struct PrivateKeyError: Error, Sendable, Hashable {
    /// The file.
    var path: FilePath
    /// What is wrong with it.
    var reason: Reason

    /// What can be wrong with a key file.
    enum Reason: Error, Sendable, Hashable {
        /// There is no such file.
        case absent
        /// It cannot be read; why, in a few words.
        case unreadable(String)
        /// It holds something else.
        case notAPrivateKey
        /// It begins like a key and goes on otherwise.
        case malformed
        /// It needs a passphrase, and nobody gave one.
        case encrypted
        /// The passphrase is another one.
        case wrongPassphrase
        /// Nothing here can use it; what it is, in a few words.
        case unsupported(String)
    }

    /// The file and what is wrong with it, for a list of keys that were passed over.
    var note: String {
        switch reason {
        case .absent: "\(path) (there is no such file)"
        case .unreadable(let why): "\(path) (\(why))"
        case .notAPrivateKey: "\(path) (no private key)"
        case .malformed: "\(path) (damaged)"
        case .encrypted: "\(path) (protected by a passphrase)"
        case .wrongPassphrase: "\(path) (wrong passphrase)"
        case .unsupported(let what): "\(path) (\(what) cannot be used)"
        }
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
                "the private key \(path) is protected by a passphrase, and nothing gave it",
                hint: "add the key to an agent (ssh-add \(path)), give its passphrase in LOCKSTEP_KEY_PASSPHRASE or by "
                    + "--key-passphrase-fd, or run this on a terminal to be asked"
            )
        case .wrongPassphrase:
            RemoteHostError(
                .authenticationFailed,
                "the passphrase given for the private key \(path) is wrong",
                hint: "try it with: ssh-keygen -y -f \(path)"
            )
        case .unsupported(let what):
            RemoteHostError(
                .authenticationFailed,
                "the private key \(path) cannot be used: \(what) is not supported",
                hint: "use an Ed25519 key (ssh-keygen -t ed25519), or add this one to an agent (ssh-add \(path))"
            )
        }
    }
}
