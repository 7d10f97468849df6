import Crypto
import CryptoExtras
import SwiftASN1

/// A private key in the envelope of PKCS #8 (RFC 5958, EncryptedPrivateKeyInfo) with the protection of PKCS #5
/// (RFC 8018, PBES2 with PBKDF2 and AES), as OpenSSL and `ssh-keygen -m PKCS8` make it.
struct EncryptedPrivateKey: Sendable {
    private let sealed: [UInt8]
    private let cipher: KeyCipher
    private let vector: [UInt8]
    private let salt: [UInt8]
    private let rounds: Int
    private let hash: KDF.Insecure.PBKDF2.HashFunction

    /// Reads the envelope; `nil` where it is damaged or of another kind.
    init?(_ bytes: [UInt8]) {
        guard let parts = try? Self.parts(of: bytes) else { return nil }
        self = parts
    }

    private init(
        sealed: [UInt8],
        cipher: KeyCipher,
        vector: [UInt8],
        salt: [UInt8],
        rounds: Int,
        hash: KDF.Insecure.PBKDF2.HashFunction
    ) {
        self.sealed = sealed
        self.cipher = cipher
        self.vector = vector
        self.salt = salt
        self.rounds = rounds
        self.hash = hash
    }

    /// Takes the envelope off. It may take a second.
    func open(with passphrase: [UInt8]) -> Unsealing {
        let key = try? KDF.Insecure.PBKDF2.deriveKey(
            from: passphrase,
            salt: salt,
            using: hash,
            outputByteCount: cipher.keyLength,
            unsafeUncheckedRounds: rounds
        )
        guard let key else { return .wrongPassphrase }
        return cipher.unseal(sealed, key: unsafe key.withUnsafeBytes { unsafe Array($0) }, vector: vector)
    }

    // MARK: Reading

    private struct OtherKind: Error {}

    private static func parts(of bytes: [UInt8]) throws -> EncryptedPrivateKey {
        try DER.sequence(try DER.parse(bytes), identifier: .sequence) { nodes in
            let parameters = try node(of: &nodes, behind: [1, 2, 840, 113_549, 1, 5, 13])
            let sealed = Array(try ASN1OctetString(derEncoded: &nodes).bytes)
            return try DER.sequence(parameters, identifier: .sequence) { nodes in
                let derivation = try node(of: &nodes, behind: [1, 2, 840, 113_549, 1, 5, 12])
                let (cipher, vector) = try DER.sequence(try next(of: &nodes), identifier: .sequence) { nodes in
                    let identifier = try ASN1ObjectIdentifier(derEncoded: &nodes)
                    guard let cipher = ciphers[identifier].flatMap(KeyCipher.init(name:)) else { throw OtherKind() }
                    let vector = try ASN1OctetString(derEncoded: &nodes).bytes
                    guard vector.count == 16 else { throw OtherKind() }
                    return (cipher, Array(vector))
                }
                return try DER.sequence(derivation, identifier: .sequence) { nodes in
                    let salt = Array(try ASN1OctetString(derEncoded: &nodes).bytes)
                    // A file that asks for more rounds than anybody would wait for was made by nobody's tool.
                    let rounds = try Int(derEncoded: &nodes)
                    guard 1...10_000_000 ~= rounds else { throw OtherKind() }
                    let hash = try Self.hash(from: &nodes)
                    return EncryptedPrivateKey(
                        sealed: sealed,
                        cipher: cipher,
                        vector: vector,
                        salt: salt,
                        rounds: rounds,
                        hash: hash
                    )
                }
            }
        }
    }

    /// The parameters of an algorithm, which must be this one.
    private static func node(
        of nodes: inout ASN1NodeCollection.Iterator,
        behind wanted: ASN1ObjectIdentifier
    ) throws -> ASN1Node {
        try DER.sequence(try next(of: &nodes), identifier: .sequence) { nodes in
            guard try ASN1ObjectIdentifier(derEncoded: &nodes) == wanted else { throw OtherKind() }
            return try next(of: &nodes)
        }
    }

    private static func next(of nodes: inout ASN1NodeCollection.Iterator) throws -> ASN1Node {
        guard let node = nodes.next() else { throw OtherKind() }
        return node
    }

    /// The hash of PBKDF2, behind the length of the key where that is given.
    private static func hash(
        from nodes: inout ASN1NodeCollection.Iterator
    ) throws -> KDF.Insecure.PBKDF2.HashFunction {
        var next = nodes.next()
        if let length = next, length.identifier == .integer { next = nodes.next() }
        guard let next else { return .insecureSHA1 }
        return try DER.sequence(next, identifier: .sequence) { nodes in
            guard let hash = hashes[try ASN1ObjectIdentifier(derEncoded: &nodes)] else { throw OtherKind() }
            _ = nodes.next()
            return hash
        }
    }

    /// RFC 3565 section 4.1.
    private static let ciphers: [ASN1ObjectIdentifier: String] = [
        [2, 16, 840, 1, 101, 3, 4, 1, 2]: "aes128-cbc",
        [2, 16, 840, 1, 101, 3, 4, 1, 22]: "aes192-cbc",
        [2, 16, 840, 1, 101, 3, 4, 1, 42]: "aes256-cbc",
    ]

    /// RFC 8018 section B.1.
    private static let hashes: [ASN1ObjectIdentifier: KDF.Insecure.PBKDF2.HashFunction] = [
        [1, 2, 840, 113_549, 2, 7]: .insecureSHA1,
        [1, 2, 840, 113_549, 2, 9]: .sha256,
        [1, 2, 840, 113_549, 2, 10]: .sha384,
        [1, 2, 840, 113_549, 2, 11]: .sha512,
    ]
}
