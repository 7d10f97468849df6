import Crypto

/// The key derivation of OpenSSH's private key files: PBKDF2 over bcrypt, as bcrypt_pbkdf(3) of OpenBSD.
enum BcryptPBKDF {
    /// The bytes that a passphrase stands for.
    ///
    /// - Parameters:
    ///   - count: how many bytes are wanted.
    ///   - rounds: how costly it is; each takes about 6 ms for a file's 48 bytes.
    static func bytes(_ count: Int, passphrase: [UInt8], salt: [UInt8], rounds: Int) -> [UInt8] {
        let hashedPassphrase = Array(SHA512.hash(data: passphrase))
        let blocks = (count + 31) / 32
        let share = (count + blocks - 1) / max(blocks, 1)
        var result = [UInt8](repeating: 0, count: count)
        for block in 0..<blocks {
            var hashedSalt = Array(SHA512.hash(data: salt + Self.bigEndian(UInt32(block + 1))))
            var hash = bcrypt(passphrase: hashedPassphrase, salt: hashedSalt)
            var sum = hash
            for _ in 1..<max(rounds, 1) {
                hashedSalt = Array(SHA512.hash(data: hash))
                hash = bcrypt(passphrase: hashedPassphrase, salt: hashedSalt)
                for index in sum.indices { sum[index] ^= hash[index] }
            }
            // The blocks are laid out crosswise, so that no part of the key comes from one of them alone.
            for index in 0..<min(share, sum.count) where index * blocks + block < count {
                result[index * blocks + block] = sum[index]
            }
        }
        return result
    }

    private static func bcrypt(passphrase: [UInt8], salt: [UInt8]) -> [UInt8] {
        var cipher = Blowfish()
        cipher.expand(key: passphrase, salt: salt)
        for _ in 0..<64 {
            cipher.expand(key: salt)
            cipher.expand(key: passphrase)
        }
        var words = Blowfish.words(Array("OxychromaticBlowfishSwatDynamite".utf8))
        for start in stride(from: 0, to: words.count, by: 2) {
            for _ in 0..<64 {
                var (left, right) = (words[start], words[start + 1])
                cipher.encipher(&left, &right)
                (words[start], words[start + 1]) = (left, right)
            }
        }
        // Least significant byte first, other than everywhere else.
        return words.flatMap { [UInt8(truncatingIfNeeded: $0)] + Self.bigEndian($0).prefix(3).reversed() }
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
