/// The forced command on a slave, `receive TARGET`, as far as others must speak its language.
enum ReceiveGate {
    /// The path to give to rsync for a target directory: `rsync … user@slave:PATH/`.
    ///
    /// Versions of rsync quote unusual characters differently. A target that has any travels as `/=` and its bytes in
    /// hex, and the gate compares that with its own target; `layer.lua` does the same.
    static func sentPath(forTarget target: String) -> String {
        var bytes = Array(target.utf8)
        while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        let isPlain = bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/._-".utf8.contains(byte)
            }
        }
        if isPlain { return String(decoding: bytes, as: UTF8.self) }
        return "/=" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
