import Crypto
import CryptoExtras
import FoundationEssentials

/// A cipher that protects a private key file.
struct KeyCipher: Sendable, Hashable {
    /// How many bytes the key has.
    let keyLength: Int
    private let mode: Mode

    private enum Mode: Sendable {
        case counter, blockChaining, galoisCounter
    }

    /// Finds a cipher by its name: "aes256-ctr".
    init?(name: String) {
        switch name {
        case "aes128-ctr": (mode, keyLength) = (.counter, 16)
        case "aes192-ctr": (mode, keyLength) = (.counter, 24)
        case "aes256-ctr": (mode, keyLength) = (.counter, 32)
        case "aes128-cbc": (mode, keyLength) = (.blockChaining, 16)
        case "aes192-cbc": (mode, keyLength) = (.blockChaining, 24)
        case "aes256-cbc": (mode, keyLength) = (.blockChaining, 32)
        case "aes128-gcm@openssh.com": (mode, keyLength) = (.galoisCounter, 16)
        case "aes256-gcm@openssh.com": (mode, keyLength) = (.galoisCounter, 32)
        default: return nil
        }
    }

    /// How many bytes the passphrase has to give: key and initial vector.
    var derivedLength: Int { keyLength + (mode == .galoisCounter ? 12 : 16) }

    /// The plain bytes; `nil` where the cipher can tell that the passphrase is wrong, or the length is impossible.
    ///
    /// - Parameters:
    ///   - derived: what the passphrase gave, `derivedLength` bytes.
    ///   - tag: the authentication tag behind the bytes, of the ciphers that have one.
    func open(_ sealed: [UInt8], derived: [UInt8], tag: [UInt8]) -> [UInt8]? {
        guard derived.count == derivedLength, sealed.count % 16 == 0 else { return nil }
        let key = SymmetricKey(data: derived.prefix(keyLength))
        let vector = Array(derived.dropFirst(keyLength))
        switch mode {
        case .counter:
            guard let nonce = try? AES._CTR.Nonce(nonceBytes: vector) else { return nil }
            return (try? AES._CTR.decrypt(sealed, using: key, nonce: nonce)).map { Array($0) }
        case .blockChaining:
            guard let start = try? AES._CBC.IV(ivBytes: vector) else { return nil }
            return (try? AES._CBC.decrypt(sealed, using: key, iv: start, noPadding: true)).map { Array($0) }
        case .galoisCounter:
            guard let nonce = try? AES.GCM.Nonce(data: vector),
                let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: sealed, tag: tag)
            else { return nil }
            return (try? AES.GCM.open(box, using: key)).map { Array($0) }
        }
    }
}
