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
}

extension EncryptedPrivateKey {
    /// Reads the envelope; `nil` where it is damaged or of another kind.
    init?(_ bytes: [UInt8]) {
        guard let key = try? Self.read(bytes) else { return nil }
        self = key
    }

    private struct OtherKind: Error {}

    private typealias Nodes = ASN1NodeCollection.Iterator

    private static func read(_ bytes: [UInt8]) throws -> EncryptedPrivateKey {
        let (scheme, sealed) = try DER.sequence(try DER.parse(bytes), identifier: .sequence) { nodes in
            (try parameters(of: encryptionScheme, in: &nodes), try octets(in: &nodes))
        }
        let (derivation, cipher) = try DER.sequence(scheme, identifier: .sequence) { nodes in
            (try parameters(of: derivationFunction, in: &nodes), try algorithm(nodes.next()))
        }
        let (salt, rounds, hash) = try DER.sequence(derivation, identifier: .sequence) { nodes in
            (try octets(in: &nodes), try Int(derEncoded: &nodes), try hashFunction(in: &nodes))
        }
        // A file that asks for more rounds than anybody would wait for was made by nobody's tool.
        guard 1...10_000_000 ~= rounds, let parameters = cipher.parameters,
            let name = ciphers[cipher.identifier], let known = KeyCipher(name: name)
        else { throw OtherKind() }
        let vector = Array(try ASN1OctetString(derEncoded: parameters).bytes)
        guard vector.count == 16 else { throw OtherKind() }
        return EncryptedPrivateKey(
            sealed: sealed,
            cipher: known,
            vector: vector,
            salt: salt,
            rounds: rounds,
            hash: hash
        )
    }

    /// An AlgorithmIdentifier (RFC 5280 section 4.1.1.2).
    private static func algorithm(
        _ node: ASN1Node?
    ) throws -> (identifier: ASN1ObjectIdentifier, parameters: ASN1Node?) {
        guard let node else { throw OtherKind() }
        return try DER.sequence(node, identifier: .sequence) { nodes in
            (try ASN1ObjectIdentifier(derEncoded: &nodes), nodes.next())
        }
    }

    /// The parameters of an algorithm, which must be this one.
    private static func parameters(of wanted: ASN1ObjectIdentifier, in nodes: inout Nodes) throws -> ASN1Node {
        let found = try algorithm(nodes.next())
        guard found.identifier == wanted, let parameters = found.parameters else { throw OtherKind() }
        return parameters
    }

    private static func octets(in nodes: inout Nodes) throws -> [UInt8] {
        Array(try ASN1OctetString(derEncoded: &nodes).bytes)
    }

    /// The hash of PBKDF2, behind the length of the key where that is given.
    private static func hashFunction(in nodes: inout Nodes) throws -> KDF.Insecure.PBKDF2.HashFunction {
        var next = nodes.next()
        if next?.identifier == .integer { next = nodes.next() }
        guard let next else { return .insecureSHA1 }
        guard let hash = hashes[try algorithm(next).identifier] else { throw OtherKind() }
        return hash
    }

    /// PBES2 (RFC 8018 section A.4).
    private static let encryptionScheme: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 5, 13]

    /// PBKDF2 (RFC 8018 section A.2).
    private static let derivationFunction: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 5, 12]

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
