import Crypto
import FoundationEssentials

/// A host's name as known_hosts keeps it where nobody shall read it there: `|1|SALT|HASH`, with HMAC-SHA1.
struct HashedName: Sendable, Hashable {
    private let salt: [UInt8]
    private let digest: [UInt8]

    /// Reads the field; `nil` where it is malformed or of an unknown kind.
    init?(_ field: Substring) {
        let parts = field.utf8.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].isEmpty, parts[1].elementsEqual("1".utf8),
            let salt = Data(base64Encoded: String(Substring(parts[2]))), !salt.isEmpty,
            let digest = Data(base64Encoded: String(Substring(parts[3]))), digest.count == Insecure.SHA1.byteCount
        else { return nil }
        self.salt = Array(salt)
        self.digest = Array(digest)
    }

    /// Hashes a name with a new salt, as long as ssh makes it.
    init(hashing name: String) {
        salt = (0..<Insecure.SHA1.byteCount).map { _ in UInt8.random(in: .min ... .max) }
        digest = Array(Self.code(of: name.lowercased(), salt: salt))
    }

    /// Whether it is the hash of a name, given in lower case.
    func matches(_ name: String) -> Bool {
        Self.code(of: name, salt: salt) == digest
    }

    /// The field as known_hosts holds it.
    var field: String { "|1|\(Data(salt).base64EncodedString())|\(Data(digest).base64EncodedString())" }

    private static func code(of name: String, salt: [UInt8]) -> HMAC<Insecure.SHA1>.MAC {
        HMAC<Insecure.SHA1>.authenticationCode(for: Array(name.utf8), using: SymmetricKey(data: salt))
    }
}
