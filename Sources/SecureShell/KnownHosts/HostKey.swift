import Crypto
import FoundationEssentials

/// A host's public key, as it stands on the wire and in known_hosts.
package struct HostKey: Sendable, Hashable {
    /// The key's bytes in the form of RFC 4253 section 6.6.
    package var bytes: [UInt8]

    /// Makes a key of its bytes.
    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Makes a key of its base64 text; `nil` where the text is none.
    package init?(base64: String) {
        guard let data = Data(base64Encoded: base64), !data.isEmpty else { return nil }
        self.init(bytes: Array(data))
    }

    /// The key's type, which its bytes begin with: "ssh-ed25519".
    package var type: String {
        guard bytes.count >= 4 else { return "unknown" }
        let length = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard length > 0, length <= bytes.count - 4 else { return "unknown" }
        return String(decoding: bytes[4..<4 + length], as: UTF8.self)
    }

    /// The key as one word of known_hosts.
    package var base64: String { Data(bytes).base64EncodedString() }

    /// The key's fingerprint as ssh-keygen shows it: "SHA256:" and base64 without padding.
    package var fingerprint: String {
        let digest = Data(SHA256.hash(data: bytes)).base64EncodedString()
        return "SHA256:" + digest.prefix { $0 != "=" }
    }
}
