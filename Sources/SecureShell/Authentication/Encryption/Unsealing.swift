/// What comes of an attempt to open sealed bytes.
enum Unsealing: Sendable, Hashable {
    /// The bytes, which may still be nonsense: one wrong passphrase in 256 ends in what looks like padding.
    case plain([UInt8])
    /// There is no padding where there should be some.
    case wrongPassphrase
}

extension KeyCipher {
    /// Finds a cipher by the name that a PEM header gives it: "AES-128-CBC".
    init?(pemName: String) {
        switch pemName {
        case "AES-128-CBC": self.init(name: "aes128-cbc")
        case "AES-192-CBC": self.init(name: "aes192-cbc")
        case "AES-256-CBC": self.init(name: "aes256-cbc")
        default: return nil
        }
    }

    /// Opens bytes that were padded as PKCS #7 says (RFC 5652 section 6.3).
    func unseal(_ sealed: [UInt8], key: [UInt8], vector: [UInt8]) -> Unsealing {
        guard let padded = open(sealed, derived: key + vector, tag: []), let count = padded.last, 1...16 ~= count,
            padded.suffix(Int(count)).allSatisfy({ $0 == count }), padded.count >= Int(count)
        else { return .wrongPassphrase }
        return .plain(padded.dropLast(Int(count)))
    }
}
