/// Bruce Schneier's Blowfish with the costly key schedule of bcrypt ("A Future-Adaptable Password Scheme", 1999): only as
/// much of it as bcrypt needs.
///
/// Its state is plain memory: nearly all the time that a passphrase costs is spent on reading it.
@safe struct Blowfish: ~Copyable {
    private static let subkeyCount = 18
    private static let count = 18 + 4 * 256
    private let state: UnsafeMutablePointer<UInt32>

    /// Starts with the digits of pi.
    init() {
        unsafe state = .allocate(capacity: Self.count)
        for (index, word) in (BlowfishTables.subkeys + BlowfishTables.boxes).enumerated() {
            unsafe (state + index).initialize(to: word)
        }
    }

    deinit {
        // What is left there would give the key away.
        unsafe state.update(repeating: 0, count: Self.count)
        unsafe state.deallocate()
    }

    /// Mixes a key into the state, and a salt as well.
    ///
    /// - Precondition: both have at least eight bytes, or the salt none, and their number is a multiple of eight.
    mutating func expand(key: [UInt8], salt: [UInt8] = []) {
        let keyWords = Self.words(key)
        let saltWords = Self.words(salt)
        for index in 0..<Self.subkeyCount { unsafe state[index] ^= keyWords[index % keyWords.count] }
        var left: UInt32 = 0
        var right: UInt32 = 0
        var index = 0
        while index < Self.count {
            if !saltWords.isEmpty {
                left ^= saltWords[index % saltWords.count]
                right ^= saltWords[(index + 1) % saltWords.count]
            }
            encipher(&left, &right)
            unsafe state[index] = left
            unsafe state[index + 1] = right
            index += 2
        }
    }

    /// Enciphers one block of two numbers.
    func encipher(_ left: inout UInt32, _ right: inout UInt32) {
        let boxes = unsafe state + Self.subkeyCount
        var a = unsafe left ^ state[0]
        var b = right
        var round = 1
        // Masked shifts: the others are slow where nothing is optimised.
        while round < 17 {
            let first = unsafe boxes[Int(a &>> 24)] &+ boxes[256 + Int(a &>> 16 & 0xff)]
            let second = unsafe (first ^ boxes[512 + Int(a &>> 8 & 0xff)]) &+ boxes[768 + Int(a & 0xff)]
            unsafe b ^= second ^ state[round]
            let third = unsafe boxes[Int(b &>> 24)] &+ boxes[256 + Int(b &>> 16 & 0xff)]
            let fourth = unsafe (third ^ boxes[512 + Int(b &>> 8 & 0xff)]) &+ boxes[768 + Int(b & 0xff)]
            unsafe a ^= fourth ^ state[round + 1]
            round += 2
        }
        unsafe left = b ^ state[17]
        right = a
    }

    /// Bytes as numbers, most significant byte first.
    static func words(_ bytes: [UInt8]) -> [UInt32] {
        stride(from: 0, to: bytes.count - 3, by: 4).map { start in
            bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}
