import FoundationEssentials
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
    /// The file's bytes, as libssh2 takes them.
    let secretBytes: [UInt8]

    /// The kinds of key that can be told apart.
    enum Kind: String, Sendable, Hashable {
        case ed25519 = "Ed25519"
        case ecdsa = "ECDSA"
        case rsa = "RSA"
        case other = "private"
    }

    /// Reads the text of a key file.
    init(path: FilePath, contents: [UInt8]) throws(PrivateKeyError) {
        let text = String(decoding: contents, as: UTF8.self)
        guard let label = Self.label(of: text) else {
            throw PrivateKeyError(path: path, reason: .notAPrivateKey)
        }
        let body = Self.body(of: text, label: label)
        var kind = Kind.other
        var publicKey: HostKey?
        switch label {
        case "OPENSSH PRIVATE KEY":
            guard let header = OpenSSHKeyHeader(body) else { throw PrivateKeyError(path: path, reason: .malformed) }
            guard header.cipher == "none" else { throw PrivateKeyError(path: path, reason: .encrypted) }
            publicKey = HostKey(bytes: header.publicKey)
            kind = Kind(keyType: publicKey?.type ?? "")
        case "ENCRYPTED PRIVATE KEY":
            throw PrivateKeyError(path: path, reason: .encrypted)
        default:
            if text.contains("Proc-Type: 4,ENCRYPTED") { throw PrivateKeyError(path: path, reason: .encrypted) }
            guard !body.isEmpty else { throw PrivateKeyError(path: path, reason: .malformed) }
            kind = Kind(label: label, body: body)
        }
        self.path = path
        self.kind = kind
        self.publicKey = publicKey
        secretBytes = contents
    }

    /// The key as people know it: its path, kind and, where known, fingerprint.
    var description: String {
        let fingerprint = publicKey.map { " " + $0.fingerprint } ?? ""
        return "\(path) (\(kind.rawValue)\(fingerprint))"
    }

    var debugDescription: String { description }

    var customMirror: Mirror { Mirror(self, children: ["path": path.string, "secretBytes": "[redacted]"]) }

    /// The words between BEGIN and the dashes of the first line.
    private static func label(of text: String) -> String? {
        let begin = "-----BEGIN "
        guard let line = text.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix(begin) }),
            line.hasSuffix("PRIVATE KEY-----")
        else { return nil }
        return String(line.dropFirst(begin.count).dropLast("-----".count))
    }

    /// The bytes between the first and the last line.
    private static func body(of text: String, label: String) -> [UInt8] {
        let lines = text.split(whereSeparator: \.isNewline)
            .drop { !$0.hasPrefix("-----BEGIN") }.dropFirst()
            .prefix { !$0.hasPrefix("-----END") }
            .filter { !$0.contains(":") }
        return Data(base64Encoded: lines.joined()).map { Array($0) } ?? []
    }
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
            case "RSA PRIVATE KEY": .rsa
            case "EC PRIVATE KEY": .ecdsa
            case "PRIVATE KEY":
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

/// The open part of an OpenSSH private key file (PROTOCOL.key in OpenSSH).
private struct OpenSSHKeyHeader {
    /// The cipher of the private part, "none" without a passphrase.
    var cipher: String
    /// The public key's bytes.
    var publicKey: [UInt8]

    init?(_ bytes: [UInt8]) {
        let magic = Array("openssh-key-v1\0".utf8)
        guard bytes.starts(with: magic) else { return nil }
        var rest = bytes.dropFirst(magic.count)
        guard let cipher = Self.string(from: &rest),
            Self.string(from: &rest) != nil,  // the key derivation's name
            Self.string(from: &rest) != nil,  // and its options
            rest.count >= 4
        else { return nil }
        rest = rest.dropFirst(4)  // how many keys: one
        guard let publicKey = Self.string(from: &rest) else { return nil }
        self.cipher = String(decoding: cipher, as: UTF8.self)
        self.publicKey = publicKey
    }

    private static func string(from bytes: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard bytes.count >= 4 else { return nil }
        let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        bytes = bytes.dropFirst(4)
        guard length <= bytes.count else { return nil }
        defer { bytes = bytes.dropFirst(length) }
        return Array(bytes.prefix(length))
    }
}
