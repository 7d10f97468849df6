/// A value that Ansible does not take for plain text: it reads values as Python literals where it can.
package indirect enum Literal: Sendable, Hashable {
    /// A quoted text.
    case text(String)
    /// A whole number, as decimal digits with a sign if negative, of any size.
    case integer(String)
    /// A number with a fraction or an exponent.
    case number(Double)
    /// `True` or `False`.
    case boolean(Bool)
    /// `None`.
    case null
    /// A list, tuple or set.
    case list([Literal])
    /// A dictionary; the keys are as JSON writes them, the last of equal keys counts.
    case map([String: Literal])

    /// Reads a literal; none when the text is not one, and so means itself.
    init?(parsing text: String) {
        guard let first = text.unicodeScalars.first(where: { $0 != " " && $0 != "\t" }) else { return nil }
        // Nearly all values are words and paths: leave at the first character.
        switch first {
        case "'", "\"", "(", "[", "{", "+", "-", ".", "0"..."9": break
        case "T", "F", "N", "s", "r", "R", "b", "B", "u", "U": break
        default: return nil
        }
        var parser = LiteralParser(text)
        guard let literal = parser.parseWhole() else { return nil }
        self = literal
    }

    /// The text of a literal that is no quoted text, without the comment that Python allows after it.
    static func withoutComment(_ text: String) -> String {
        var parser = LiteralParser(text)
        guard parser.parseWhole() != nil else { return text }
        return parser.parsedText
    }
}
