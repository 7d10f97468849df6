/// A JSON object of strings, numbers and truth values, without nesting: as much JSON as the layer writes.
struct FlatJSON {
    /// A value of such an object.
    enum Value: Hashable {
        case string(String)
        case number(Double)
        case boolean(Bool)
        case null
    }

    private var values: [String: Value] = [:]

    /// The value of a key.
    subscript(key: String) -> Value? { values[key] }

    /// The value of a key that is a whole number.
    func integer(_ key: String) -> Int? {
        guard case .number(let number)? = values[key] else { return nil }
        return Int(exactly: number)
    }

    /// Reads an object; nil where the text is anything else, or goes on after it.
    init?(parsing text: String) {
        var rest = Substring(text).drop(while: \.isWhitespace)
        guard Self.take("{", from: &rest) else { return nil }
        if !Self.take("}", from: &rest) {
            repeat {
                guard let key = Self.string(from: &rest), Self.take(":", from: &rest),
                    let value = Self.value(from: &rest)
                else { return nil }
                values[key] = value
            } while Self.take(",", from: &rest)
            guard Self.take("}", from: &rest) else { return nil }
        }
        guard rest.isEmpty else { return nil }
    }

    private static func take(_ token: String, from rest: inout Substring) -> Bool {
        guard rest.hasPrefix(token) else { return false }
        rest = rest.dropFirst(token.count).drop(while: \.isWhitespace)
        return true
    }

    private static func value(from rest: inout Substring) -> Value? {
        if rest.first == "\"" { return string(from: &rest).map(Value.string) }
        if take("true", from: &rest) { return .boolean(true) }
        if take("false", from: &rest) { return .boolean(false) }
        if take("null", from: &rest) { return .null }
        let digits = rest.prefix { $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }
        guard let number = Double(digits) else { return nil }
        rest = rest.dropFirst(digits.count).drop(while: \.isWhitespace)
        return .number(number)
    }

    private static func string(from rest: inout Substring) -> String? {
        guard rest.first == "\"" else { return nil }
        var text = ""
        var scalars = rest.unicodeScalars.dropFirst()
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\"":
                rest = Substring(scalars).drop(while: \.isWhitespace)
                return text
            case "\\":
                guard let escape = scalars.popFirst() else { return nil }
                switch escape {
                case "\"", "\\", "/": text.unicodeScalars.append(escape)
                case "n": text += "\n"
                case "t": text += "\t"
                case "r": text += "\r"
                case "u":
                    guard let code = UInt32(String(scalars.prefix(4)), radix: 16), let escaped = Unicode.Scalar(code)
                    else { return nil }
                    scalars = scalars.dropFirst(4)
                    text.unicodeScalars.append(escaped)
                default: return nil
                }
            default: text.unicodeScalars.append(scalar)
            }
        }
        return nil
    }
}
