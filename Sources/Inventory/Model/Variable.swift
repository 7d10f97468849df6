package import INIFile

/// A variable's value as a text, with the place it comes from.
package struct Variable: Sendable, Hashable {
    /// The value without its quotes; a value that is a number or a list to Ansible is the text of it as written.
    package var value: String
    /// What the value is to Ansible when it is not a text: `port=22` is a number there.
    package var literal: Literal?
    /// Where the variable's name stands.
    package var origin: SourcePosition
    /// The column where the value begins, in the same line.
    package var valueColumn: Int

    /// Reads the text of a value, as it stands after the equals sign.
    package init(reading text: String, origin: SourcePosition, valueColumn: Int) {
        self.origin = origin
        self.valueColumn = valueColumn
        switch Literal(parsing: text) {
        case .text(let content)?: value = content
        case let literal?:
            value = Literal.withoutComment(text)
            self.literal = literal
        case nil: value = text
        }
    }

    /// Where the value stands.
    package var valuePosition: SourcePosition {
        SourcePosition(file: origin.file, line: origin.line, column: valueColumn)
    }
}
