/// A line while it is typed on a terminal that hides it and interprets nothing.
struct TypedLine {
    /// Ctrl-D.
    static let endOfFile: UInt8 = 4

    private var bytes: [UInt8] = []
    /// Whether more may be typed.
    private(set) var isOpen = true
    /// Whether Ctrl-C ended it.
    private(set) var isInterrupted = false

    /// What has been typed.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Takes one byte in.
    mutating func type(_ byte: UInt8) {
        switch byte {
        case 3: (isOpen, isInterrupted) = (false, true)
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"), Self.endOfFile: isOpen = false
        case 8, 127:
            // A whole character: the bytes behind its first begin with the bits 10.
            while let last = bytes.popLast(), last & 0xc0 == 0x80 {}
        case 21: bytes = []
        default: bytes.append(byte)
        }
    }
}
