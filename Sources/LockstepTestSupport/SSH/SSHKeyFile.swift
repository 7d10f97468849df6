import Foundation
package import SystemPackage

/// A key pair in files, made by ssh-keygen.
package struct SSHKeyFile: Sendable {
    /// The private half; the public one stands beside it with ".pub".
    package let path: FilePath
    /// The kind of key.
    package let kind: Kind
    /// The public half as in known_hosts: type and base64.
    package let publicKey: String

    /// The kinds of key that ssh-keygen makes.
    package enum Kind: String, Sendable, CaseIterable {
        case ed25519, ecdsa, rsa
    }

    /// Makes a pair. All RSA keys of a process are the same one, since to find one takes half a second and more.
    ///
    /// - Parameters:
    ///   - pem: whether the private half has the older PEM form.
    ///   - passphrase: what protects it; nothing where empty. One round is enough for a test.
    ///   - cipher: what protects it with, as ssh-keygen -Z names it.
    package static func generate(
        _ kind: Kind,
        at path: FilePath,
        pem: Bool = false,
        passphrase: String = "",
        cipher: String = "aes256-ctr"
    ) async throws -> SSHKeyFile {
        let form = pem ? ["-m", "PEM"] : ["-a", "1", "-Z", cipher]
        if kind == .rsa {
            let pair = try await OneRSAKey.shared.pair()
            try pair.privateHalf.write(toFile: path.string, atomically: false, encoding: .utf8)
            try pair.publicHalf.write(toFile: path.string + ".pub", atomically: false, encoding: .utf8)
            try await runLocally("chmod", ["600", path.string])
            if pem || !passphrase.isEmpty {
                let change = ["-q", "-p", "-P", "", "-N", passphrase, "-f", path.string]
                try await runLocally("ssh-keygen", form + change)
            }
        } else {
            let type = ["-q", "-t", kind.rawValue, "-N", passphrase, "-C", "lockstep test", "-f", path.string]
            try await runLocally("ssh-keygen", form + type)
        }
        let line = try String(contentsOfFile: path.string + ".pub", encoding: .utf8)
        let words = line.split(separator: " ")
        return SSHKeyFile(path: path, kind: kind, publicKey: words.prefix(2).joined(separator: " "))
    }

    /// The fingerprint, as ssh-keygen shows it.
    package func fingerprint() async throws -> String {
        let line = try await runLocally("ssh-keygen", ["-l", "-f", path.string + ".pub"])
        return line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
    }
}
