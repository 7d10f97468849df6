import NIOPosix
import RemoteHost
import SystemPackage

/// Makes private keys ready to sign, each once for the whole run: passphrases are asked for once a key, not once a host.
final class KeyUnlocker: Sendable {
    private let source: PassphraseSource
    private let unlocked = SharedAnswers<FilePath, Result<LoginKey.Signer, PrivateKeyError>>()

    /// Makes an unlocker that gets passphrases from there.
    init(source: PassphraseSource) {
        self.source = source
    }

    /// Whether a passphrase costs nobody a word.
    var asksNobody: Bool { !source.isInteractive }

    /// What signs with a key.
    func signer(for key: PrivateKey) async -> Result<LoginKey.Signer, PrivateKeyError> {
        let source = source
        return await unlocked.answer(to: key.path) {
            // A prompt blocks, and so does the derivation: away from event loops and from the tasks of other hosts.
            let result = try? await NIOThreadPool.singleton.runIfActive { Self.unlock(key, with: source) }
            return result ?? .failure(PrivateKeyError(path: key.path, reason: .encrypted))
        }
    }

    private static func unlock(
        _ key: PrivateKey,
        with source: PassphraseSource
    ) -> Result<LoginKey.Signer, PrivateKeyError> {
        do throws(PrivateKeyError.Reason) {
            guard key.isProtected else { return .success(try signer(for: key, passphrase: nil)) }
            for before in 0..<source.tries {
                guard let passphrase = source.passphrase(for: key.path, before: before) else { throw .encrypted }
                do {
                    return .success(try signer(for: key, passphrase: passphrase))
                } catch  where error == .wrongPassphrase && before < source.tries - 1 {
                    continue
                }
            }
            throw .encrypted
        } catch {
            return .failure(PrivateKeyError(path: key.path, reason: error))
        }
    }

    private static func signer(
        for key: PrivateKey,
        passphrase: Secret?
    ) throws(PrivateKeyError.Reason) -> LoginKey.Signer {
        switch key.form {
        case .openSSH(let file): return .key(try file.signingKey(passphrase: passphrase))
        case .pem(let file):
            if let key = try file.signingKey(passphrase: passphrase) { return .key(key) }
            return .library(file.contents, passphrase: passphrase)
        }
    }
}
