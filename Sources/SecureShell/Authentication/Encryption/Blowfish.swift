/// Bruce Schneier's Blowfish with the costly key schedule of bcrypt ("A Future-Adaptable Password Scheme", 1999): only as
/// much of it as bcrypt needs.
struct Blowfish {
    private var subkeys = BlowfishTables.subkeys
    private var boxes = BlowfishTables.boxes

    /// Mixes a key into the state, and a salt as well.
    ///
    /// - Precondition: both have at least four bytes, and their number is a multiple of four.
    mutating func expand(key: [UInt8], salt: [UInt8] = []) {
        let keyWords = Self.words(key)
        let saltWords = salt.isEmpty ? [0, 0] : Self.words(salt)
        for index in subkeys.indices { subkeys[index] ^= keyWords[index % keyWords.count] }
        var left: UInt32 = 0
        var right: UInt32 = 0
        var next = 0
        for index in stride(from: 0, to: subkeys.count, by: 2) {
            left ^= saltWords[next % saltWords.count]
            right ^= saltWords[(next + 1) % saltWords.count]
            next += 2
            encipher(&left, &right)
            subkeys[index] = left
            subkeys[index + 1] = right
        }
        for index in stride(from: 0, to: boxes.count, by: 2) {
            left ^= saltWords[next % saltWords.count]
            right ^= saltWords[(next + 1) % saltWords.count]
            next += 2
            encipher(&left, &right)
            boxes[index] = left
            boxes[index + 1] = right
        }
    }

    /// Enciphers one block of two numbers.
    func encipher(_ left: inout UInt32, _ right: inout UInt32) {
        var a = left ^ subkeys[0]
        var b = right
        var round = 1
        while round < 17 {
            b ^= mixed(a) ^ subkeys[round]
            a ^= mixed(b) ^ subkeys[round + 1]
            round += 2
        }
        left = b ^ subkeys[17]
        right = a
    }

    private func mixed(_ x: UInt32) -> UInt32 {
        let first = boxes[Int(x >> 24)] &+ boxes[256 + Int(x >> 16 & 0xff)]
        return (first ^ boxes[512 + Int(x >> 8 & 0xff)]) &+ boxes[768 + Int(x & 0xff)]
    }

    /// Bytes as numbers, most significant byte first.
    static func words(_ bytes: [UInt8]) -> [UInt32] {
        stride(from: 0, to: bytes.count - 3, by: 4).map { start in
            bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}
