import Crypto
import CryptoExtras
import FoundationEssentials

/// A private key in memory, ready to sign; it shows nothing of itself.
struct SigningKey: Sendable, CustomStringConvertible, CustomReflectable {
    private let key: Key

    private enum Key: Sendable {
        case ed25519(Curve25519.Signing.PrivateKey)
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)
    }

    /// Reads the private fields of a key of this type, as they stand in an OpenSSH key file behind the type; `nil` where
    /// they are no such key.
    init?(type: String, fields: inout WireReader) throws(PrivateKeyError.Reason) {
        let key: Key?
        switch type {
        case "ssh-ed25519":
            guard fields.string() != nil, let pair = fields.string(), pair.count == 64 else { return nil }
            key = (try? Curve25519.Signing.PrivateKey(rawRepresentation: pair.prefix(32))).map(Key.ed25519)
        case "ecdsa-sha2-nistp256":
            guard let scalar = Self.scalar(of: 32, in: &fields) else { return nil }
            key = (try? P256.Signing.PrivateKey(rawRepresentation: scalar)).map(Key.p256)
        case "ecdsa-sha2-nistp384":
            guard let scalar = Self.scalar(of: 48, in: &fields) else { return nil }
            key = (try? P384.Signing.PrivateKey(rawRepresentation: scalar)).map(Key.p384)
        case "ecdsa-sha2-nistp521":
            guard let scalar = Self.scalar(of: 66, in: &fields) else { return nil }
            key = (try? P521.Signing.PrivateKey(rawRepresentation: scalar)).map(Key.p521)
        case "ssh-rsa":
            guard let n = fields.magnitude(), let e = fields.magnitude(), let d = fields.magnitude(),
                fields.magnitude() != nil, let p = fields.magnitude(), let q = fields.magnitude()
            else { return nil }
            if n.count < 256 { throw .unsupported("RSA with fewer than 2048 bits") }
            key = (try? _RSA.Signing.PrivateKey(n: n, e: e, d: d, p: p, q: q)).map(Key.rsa)
        default: throw .unsupported("keys of the type \(type)")
        }
        guard let key else { return nil }
        self.key = key
    }

    /// Reads a key as it stands in a PEM file that nothing protects, on its own or in PKCS #8; `nil` where it is of a kind
    /// that is not known.
    init?(der bytes: [UInt8]) {
        if let key = try? Curve25519.Signing.PrivateKey(derRepresentation: bytes) {
            self.key = .ed25519(key)
        } else if let key = try? P256.Signing.PrivateKey(derRepresentation: bytes) {
            self.key = .p256(key)
        } else if let key = try? P384.Signing.PrivateKey(derRepresentation: bytes) {
            self.key = .p384(key)
        } else if let key = try? P521.Signing.PrivateKey(derRepresentation: bytes) {
            self.key = .p521(key)
        } else if let key = try? _RSA.Signing.PrivateKey(derRepresentation: bytes) {
            self.key = .rsa(key)
        } else {
            return nil
        }
    }

    /// Reads an RSA key in PEM form that a passphrase protects; `nil` where the passphrase is wrong.
    init?(encryptedRSAPEM text: String, passphrase: [UInt8]) {
        guard
            let key = try? _RSA.Signing.PrivateKey(
                encryptedPEMRepresentation: text,
                passphraseCallback: { (setter: _RSA.Signing.PrivateKey.PassphraseSetter<[UInt8]>) in
                    setter(passphrase)
                }
            )
        else { return nil }
        self.key = .rsa(key)
    }

    /// Signs for a login.
    ///
    /// - Parameter algorithm: the algorithm that the signature is announced as; it decides the hash of RSA.
    /// - Returns: the signature without its algorithm's name.
    func signature(of data: [UInt8], algorithm: String) throws -> [UInt8] {
        switch key {
        case .ed25519(let key): return Array(try key.signature(for: data))
        case .p256(let key): return Self.pair(try key.signature(for: data).rawRepresentation)
        case .p384(let key): return Self.pair(try key.signature(for: data).rawRepresentation)
        case .p521(let key): return Self.pair(try key.signature(for: data).rawRepresentation)
        case .rsa(let key):
            // RFC 8332 section 3, and RFC 4253 section 6.6 for the old one.
            let signature =
                switch algorithm {
                case "rsa-sha2-512": try key.signature(for: SHA512.hash(data: data), padding: .insecurePKCS1v1_5)
                case "rsa-sha2-256": try key.signature(for: SHA256.hash(data: data), padding: .insecurePKCS1v1_5)
                default: try key.signature(for: Insecure.SHA1.hash(data: data), padding: .insecurePKCS1v1_5)
                }
            return Array(signature.rawRepresentation)
        }
    }

    /// The public half, as SSH writes it (RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4).
    var publicKey: HostKey? {
        var writer = WireWriter()
        switch key {
        case .ed25519(let key):
            writer.write(text: "ssh-ed25519")
            writer.write(string: Array(key.publicKey.rawRepresentation))
        case .p256(let key): Self.write("nistp256", key.publicKey.x963Representation, to: &writer)
        case .p384(let key): Self.write("nistp384", key.publicKey.x963Representation, to: &writer)
        case .p521(let key): Self.write("nistp521", key.publicKey.x963Representation, to: &writer)
        case .rsa(let key):
            guard let numbers = try? key.publicKey.getKeyPrimitives() else { return nil }
            writer.write(text: "ssh-rsa")
            writer.write(magnitude: numbers.publicExponent)
            writer.write(magnitude: numbers.modulus)
        }
        return HostKey(bytes: writer.bytes)
    }

    private static func write(_ curve: String, _ point: Data, to writer: inout WireWriter) {
        writer.write(text: "ecdsa-sha2-\(curve)")
        writer.write(text: curve)
        writer.write(string: Array(point))
    }

    /// `[redacted]`.
    var description: String { "[redacted]" }

    var customMirror: Mirror { Mirror(self, children: []) }

    /// The private number of an elliptic curve's key, behind the curve's name and the public point.
    private static func scalar(of length: Int, in fields: inout WireReader) -> [UInt8]? {
        guard fields.string() != nil, fields.string() != nil, let digits = fields.magnitude(), digits.count <= length
        else { return nil }
        return [UInt8](repeating: 0, count: length - digits.count) + digits
    }

    /// The two numbers of an ECDSA signature as RFC 5656 section 3.1.2 wants them.
    private static func pair(_ raw: Data) -> [UInt8] {
        var writer = WireWriter()
        writer.write(magnitude: raw.prefix(raw.count / 2))
        writer.write(magnitude: raw.suffix(raw.count / 2))
        return writer.bytes
    }
}
