import SystemPackage

/// A private key file's bytes with what can be told of them without the key being used.
///
/// The bytes are a secret: a key shows itself as its path and kind only.
struct PrivateKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The file that the key was read from.
    let path: FilePath
    /// The kind of key.
    let kind: Kind
    /// The public half, where the file shows it.
    let publicKey: HostKey?
    /// What the file holds.
    let form: Form

    /// The forms of a key file.
    enum Form: Sendable {
        /// OpenSSH's own.
        case openSSH(OpenSSHKeyFile)
        /// PEM.
        case pem(PEMKeyFile)
    }

    /// The kinds of key that can be told apart.
    enum Kind: String, Sendable, Hashable {
        case ed25519 = "Ed25519"
        case ecdsa = "ECDSA"
        case rsa = "RSA"
        case other = "private"
    }

    /// Reads the text of a key file.
    init(path: FilePath, contents: [UInt8]) throws(PrivateKeyError) {
        guard let file = PEMKeyFile(contents) else { throw PrivateKeyError(path: path, reason: .notAPrivateKey) }
        self.path = path
        if file.label == "OPENSSH " {
            guard let file = OpenSSHKeyFile(file.body) else { throw PrivateKeyError(path: path, reason: .malformed) }
            publicKey = file.publicKey
            kind = Kind(keyType: file.publicKey.type)
            form = .openSSH(file)
        } else {
            guard !file.body.isEmpty else { throw PrivateKeyError(path: path, reason: .malformed) }
            publicKey = nil
            kind = Kind(label: file.label, body: file.body)
            form = .pem(file)
        }
    }

    /// Whether a passphrase is needed to use it.
    var isProtected: Bool {
        switch form {
        case .openSSH(let file): file.isProtected
        case .pem(let file): file.isProtected
        }
    }

    /// The key as people know it: its path, kind and, where known, fingerprint.
    var description: String {
        let fingerprint = publicKey.map { " " + $0.fingerprint } ?? ""
        return "\(path) (\(kind.rawValue)\(fingerprint))"
    }

    var debugDescription: String { description }

    var customMirror: Mirror { Mirror(self, children: ["path": path.string, "form": "[redacted]"]) }
}

extension PrivateKey.Kind {
    /// The kind by the key type of SSH.
    init(keyType: String) {
        self =
            switch keyType {
            case "ssh-ed25519": .ed25519
            case "ssh-rsa": .rsa
            default: keyType.hasPrefix("ecdsa-sha2-") ? .ecdsa : .other
            }
    }

    /// The kind by a PEM label and, for PKCS #8, by the object identifier inside.
    fileprivate init(label: String, body: [UInt8]) {
        let has = { (identifier: [UInt8]) in
            !body.isEmpty && body.prefix(64).indices.contains { body[$0...].starts(with: identifier) }
        }
        self =
            switch label {
            case "RSA ": .rsa
            case "EC ": .ecdsa
            case "":
                // RFC 8017: 1.2.840.113549.1.1.1; RFC 5480: 1.2.840.10045.2.1; RFC 8410: 1.3.101.112.
                if has([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]) {
                    .rsa
                } else if has([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]) {
                    .ecdsa
                } else if has([0x2b, 0x65, 0x70]) {
                    .ed25519
                } else {
                    .other
                }
            default: .other
            }
    }
}
