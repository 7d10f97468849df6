/// The strings of settings as Lockstep writes them for Lua: in double quotes, what is unusual as `\ddd`.
enum LuaString {
    /// The first string in a text; nil where there is none.
    static func first(in text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8.drop { $0 != UInt8(ascii: "\"") }.dropFirst()
        guard rest.startIndex != text.utf8.endIndex else { return nil }
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(validating: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self)) else { return nil }
                bytes.append(code)
                rest = rest.dropFirst(3)
            default: bytes.append(byte)
            }
        }
        return nil
    }
}
