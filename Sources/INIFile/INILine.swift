/// A line of a section, without its blanks at both ends.
package struct INILine: Sendable, Hashable {
    /// The text; empty only for a blank line that may stand inside a continued value.
    package var text: String
    /// Where the text begins.
    package var position: SourcePosition

    /// Makes a line.
    package init(_ text: String, at position: SourcePosition) {
        self.text = text
        self.position = position
    }

    /// Whether blanks stand before the text.
    package var isIndented: Bool { position.column > 1 }

    /// Whether the text would be a comment in a place where comments may stand.
    package var isComment: Bool { text.utf8.first == UInt8(ascii: "#") || text.utf8.first == UInt8(ascii: ";") }

    /// The two halves of `key = value`, cut at the first equals sign, blanks around both dropped; none without one.
    package var keyAndValue: INIEntry? {
        let scalars = text.unicodeScalars
        guard let equals = scalars.firstIndex(of: "=") else { return nil }
        let key = trimmed(scalars[..<equals])
        let rest = scalars[scalars.index(after: equals)...]
        let value = trimmed(rest)
        let valueColumn = scalars.distance(from: scalars.startIndex, to: value.startIndex)
        return INIEntry(
            key: String(key),
            keyPosition: position,
            value: String(value),
            valuePosition: position.advanced(by: valueColumn)
        )
    }
}

/// A piece of a line without the blanks at its ends; Unicode's blanks count, as they do for Ansible.
func trimmed(_ scalars: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
    var piece = scalars
    while let first = piece.first, first.properties.isWhitespace { piece.removeFirst() }
    while let last = piece.last, last.properties.isWhitespace { piece.removeLast() }
    return piece
}
