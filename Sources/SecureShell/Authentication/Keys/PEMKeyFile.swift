import Crypto
import FoundationEssentials
import RemoteHost
import SwiftASN1

/// The first private key of a file in PEM form, which a passphrase may protect by two headers (RFC 1421) or by an envelope
/// (PKCS #8, RFC 5958).
struct PEMKeyFile: Sendable {
    /// The whole file, for libssh2, which reads some keys that nothing else here can.
    let contents: [UInt8]
    /// What the first line says between BEGIN and PRIVATE KEY: "RSA ", "EC ", "ENCRYPTED ", nothing.
    let label: String
    /// The bytes of the key, sealed where a passphrase protects it.
    let body: [UInt8]
    private let headers: [String: String]

    /// Finds the key in a file's text; `nil` where there is none.
    init?(_ contents: [UInt8]) {
        let text = String(decoding: contents, as: UTF8.self)
        let (begin, end) = ("-----BEGIN ", "PRIVATE KEY-----")
        // Parameters of a curve may stand before the key.
        let lines = text.split(whereSeparator: \.isNewline).drop { !$0.hasPrefix(begin) || !$0.hasSuffix(end) }
        guard let first = lines.first else { return nil }
        self.contents = contents
        label = String(first.dropFirst(begin.count).dropLast(end.count))
        var (headers, base64) = ([String: String](), "")
        for line in lines.dropFirst().prefix(while: { !$0.hasPrefix("-----END") }) {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 {
                headers[String(parts[0])] = parts[1].drop { $0 == " " }.description
            } else {
                base64 += line
            }
        }
        self.headers = headers
        body = Data(base64Encoded: base64).map { Array($0) } ?? []
    }

    /// Whether a passphrase is needed.
    var isProtected: Bool { label == "ENCRYPTED " || headers["Proc-Type"]?.hasPrefix("4,ENCRYPTED") == true }

    /// The key; `nil` where only libssh2 may be able to read it. A passphrase may take a second.
    func signingKey(passphrase: Secret?) throws(PrivateKeyError.Reason) -> SigningKey? {
        guard isProtected else { return SigningKey(der: body) }
        guard let passphrase else { throw .encrypted }
        let bytes = Array(passphrase.revealed.utf8)
        let plain: [UInt8]
        switch label == "ENCRYPTED " ? EncryptedPrivateKey(body)?.open(with: bytes) : openByHeaders(with: bytes) {
        case nil:
            // Not a cipher of today's; for RSA there is still somebody who knows it.
            if let key = SigningKey(encryptedRSAPEM: String(decoding: contents, as: UTF8.self), passphrase: bytes) {
                return key
            }
            guard label != "RSA " else { throw .wrongPassphrase }
            return nil
        case .wrongPassphrase: throw .wrongPassphrase
        case .plain(let bytes): plain = bytes
        }
        if let key = SigningKey(der: plain) { return key }
        // What a wrong passphrase leaves looks like padding by chance, but hardly like a key.
        guard (try? DER.parse(plain)) != nil else { throw .wrongPassphrase }
        return nil
    }

    /// Takes off the protection that "DEK-Info: AES-128-CBC,…" names; `nil` where that is another one.
    private func openByHeaders(with passphrase: [UInt8]) -> Unsealing? {
        let words = (headers["DEK-Info"] ?? "").split(separator: ",")
        guard words.count == 2, let cipher = KeyCipher(pemName: String(words[0])),
            let vector = Self.bytes(hexadecimal: words[1]), vector.count == 16
        else { return nil }
        // As OpenSSL's EVP_BytesToKey does with one round of MD5; the salt is the vector's first half.
        var key: [UInt8] = []
        var last: [UInt8] = []
        while key.count < cipher.keyLength {
            last = Array(Insecure.MD5.hash(data: last + passphrase + vector.prefix(8)))
            key += last
        }
        return cipher.unseal(body, key: Array(key.prefix(cipher.keyLength)), vector: vector)
    }

    private static func bytes(hexadecimal text: Substring) -> [UInt8]? {
        guard text.utf8.count % 2 == 0 else { return nil }
        var (bytes, rest) = ([UInt8](), text)
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
