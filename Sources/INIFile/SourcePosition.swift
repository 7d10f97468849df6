/// A place in a text file that a person can go to.
package struct SourcePosition: Sendable, Hashable {
    /// The file's name as the user gave it.
    package var file: String
    /// The line, from 1.
    package var line: Int
    /// The character in the line, from 1; a character is a Unicode scalar, a tab is one.
    package var column: Int

    /// Makes a position.
    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// The position so many characters further on the same line.
    package func advanced(by characters: Int) -> SourcePosition {
        SourcePosition(file: file, line: line, column: column + characters)
    }

    /// The place as `file:line`, the form for tables and explanations.
    package var fileAndLine: String { "\(file):\(line)" }
}

extension SourcePosition: CustomStringConvertible {
    /// The place as `file:line:column`, the form that editors and terminals make clickable.
    package var description: String { "\(file):\(line):\(column)" }
}

extension SourcePosition: Comparable {
    /// Whether a place comes first: by file, then from top to bottom, then from left to right.
    package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}
