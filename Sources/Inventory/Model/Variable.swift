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
    /// What was said before at the same place, beside the same host or for the same group; the nearest comes last.
    package private(set) var earlier: [Variable] = []
    /// Whether the value, in a `:vars` section and without quotes, goes on behind what looks like a comment's beginning.
    package var swallowsComment = false

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

    /// The variable as it wins over one that was said before at the same place.
    func replacing(_ other: Variable?) -> Variable {
        guard var other else { return self }
        var winner = self
        winner.earlier = other.earlier
        other.earlier = []
        winner.earlier.append(other)
        return winner
    }

    /// Where the value stands.
    package var valuePosition: SourcePosition {
        SourcePosition(file: origin.file, line: origin.line, column: valueColumn)
    }
}
