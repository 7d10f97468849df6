/// Writes the fields of a message or key one after the other, as RFC 4251 section 5 lays them out.
struct WireWriter {
    /// What was written so far.
    private(set) var bytes: [UInt8] = []

    /// Adds one byte.
    mutating func write(byte: UInt8) {
        bytes.append(byte)
    }

    /// Adds a number of four bytes.
    mutating func write(number: UInt32) {
        bytes += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    /// Adds bytes behind their own length.
    mutating func write(string: some Collection<UInt8>) {
        write(number: UInt32(string.count))
        bytes += string
    }

    /// Adds text.
    mutating func write(text: String) {
        write(string: text.utf8)
    }

    /// Adds a whole number that is not negative, most significant byte first.
    mutating func write(magnitude: some Collection<UInt8>) {
        let digits = Array(magnitude.drop { $0 == 0 })
        // A leading one bit would make it negative.
        write(string: (digits.first ?? 0) & 0x80 == 0 ? digits : [0] + digits)
    }
}
