import RemoteHost

/// The contents of a key file that begins with "openssh-key-v1" (PROTOCOL.key in OpenSSH): a public half that anybody can
/// read, and a private one that a passphrase may protect.
struct OpenSSHKeyFile: Sendable {
    /// The public half.
    let publicKey: HostKey
    private let cipher: String
    private let derivation: String
    private let derivationOptions: [UInt8]
    private let sealed: [UInt8]
    private let tag: [UInt8]

    /// Reads the bytes between the first and the last line.
    init?(_ bytes: [UInt8]) {
        let magic = Array("openssh-key-v1\0".utf8)
        guard bytes.starts(with: magic) else { return nil }
        var reader = WireReader(Array(bytes.dropFirst(magic.count)))
        guard let cipher = reader.text(),
            let derivation = reader.text(),
            let options = reader.string(),
            reader.number() == 1,
            let publicKey = reader.string(),
            let sealed = reader.string()
        else { return nil }
        self.cipher = cipher
        self.derivation = derivation
        derivationOptions = options
        self.publicKey = HostKey(bytes: publicKey)
        self.sealed = sealed
        tag = reader.remainder()
    }

    /// Whether a passphrase is needed.
    var isProtected: Bool { cipher != "none" }

    /// The private half; the passphrase is looked at where one is needed. It may take a second.
    func signingKey(passphrase: Secret?) throws(PrivateKeyError.Reason) -> SigningKey {
        var reader = WireReader(try plain(passphrase: passphrase))
        // The same number twice: that is how a wrong passphrase shows.
        guard let check = reader.number(), check == reader.number() else {
            throw isProtected ? .wrongPassphrase : .malformed
        }
        guard let type = reader.text() else { throw .malformed }
        guard let key = try SigningKey(type: type, fields: &reader) else { throw .malformed }
        return key
    }

    private func plain(passphrase: Secret?) throws(PrivateKeyError.Reason) -> [UInt8] {
        guard isProtected else { return sealed }
        guard let passphrase else { throw .encrypted }
        guard let cipher = KeyCipher(name: cipher) else { throw .unsupported("the cipher \(self.cipher)") }
        guard derivation == "bcrypt" else { throw .unsupported("the key derivation \(derivation)") }
        var options = WireReader(derivationOptions)
        // A file that asks for more rounds than anybody would wait for is not a file that ssh-keygen made.
        guard let salt = options.string(), !salt.isEmpty, let rounds = options.number(), 1...100_000 ~= rounds else {
            throw .malformed
        }
        let derived = BcryptPBKDF.bytes(
            cipher.derivedLength,
            passphrase: Array(passphrase.revealed.utf8),
            salt: salt,
            rounds: Int(rounds)
        )
        guard let plain = cipher.open(sealed, derived: derived, tag: tag) else { throw .wrongPassphrase }
        return plain
    }
}
