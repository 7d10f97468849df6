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

    /// The forms of a private half's file.
    package enum Form: String, Sendable {
        case openSSH = "OpenSSH"
        case pem = "PEM"
        case pkcs8 = "PKCS #8"
    }

    /// Makes a pair. All RSA keys of a process are the same one, since to find one takes half a second and more.
    ///
    /// - Parameters:
    ///   - form: the form of the private half; Ed25519 keys have no PEM form but that of PKCS #8.
    ///   - passphrase: what protects it; nothing where empty. One round is enough for a test.
    ///   - cipher: what protects it with, as ssh-keygen -Z names it.
    package static func generate(
        _ kind: Kind,
        at path: FilePath,
        form: Form = .openSSH,
        passphrase: String = "",
        cipher: String = "aes256-ctr"
    ) async throws -> SSHKeyFile {
        let options =
            switch form {
            case .openSSH: ["-a", "1", "-Z", cipher]
            case .pem: ["-m", "PEM"]
            case .pkcs8: ["-m", "PKCS8"]
            }
        if kind == .ed25519, form == .pkcs8 {
            // ssh-keygen does not write this one.
            try await generatePKCS8(at: path, passphrase: passphrase)
        } else if kind == .rsa {
            let pair = try await OneRSAKey.shared.pair()
            try pair.privateHalf.write(toFile: path.string, atomically: false, encoding: .utf8)
            try pair.publicHalf.write(toFile: path.string + ".pub", atomically: false, encoding: .utf8)
            try await runLocally("chmod", ["600", path.string])
            if form != .openSSH || !passphrase.isEmpty {
                let change = ["-q", "-p", "-P", "", "-N", passphrase, "-f", path.string]
                try await runLocally("ssh-keygen", options + change)
            }
        } else {
            let type = ["-q", "-t", kind.rawValue, "-N", passphrase, "-C", "lockstep test", "-f", path.string]
            try await runLocally("ssh-keygen", options + type)
        }
        let line = try String(contentsOfFile: path.string + ".pub", encoding: .utf8)
        let words = line.split(separator: " ")
        return SSHKeyFile(path: path, kind: kind, publicKey: words.prefix(2).joined(separator: " "))
    }

    private static func generatePKCS8(at path: FilePath, passphrase: String) async throws {
        let protection = passphrase.isEmpty ? [] : ["-aes-256-cbc", "-pass", "pass:\(passphrase)"]
        try await runLocally("openssl", ["genpkey", "-algorithm", "ED25519", "-out", path.string] + protection)
        try await runLocally("chmod", ["600", path.string])
        // The last 32 bytes are the key; SSH has 19 others before them.
        try await runLocally(
            "sh",
            [
                "-c",
                #"""
                { printf '\0\0\0\013ssh-ed25519\0\0\0\040'
                  openssl pkey -in "$1" -passin "pass:$2" -pubout -outform DER | tail -c 32
                } | base64 -w 0 | sed 's/^/ssh-ed25519 /; s/$/ lockstep test/' >"$1.pub"
                """#,
                "sh", path.string, passphrase,
            ]
        )
    }

    /// The fingerprint, as ssh-keygen shows it.
    package func fingerprint() async throws -> String {
        let line = try await runLocally("ssh-keygen", ["-l", "-f", path.string + ".pub"])
        return line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
    }
}
