/// What is wrong (or odd) at one place of a file, in the words that a person reads.
package struct SourceDiagnostic: Sendable, Hashable {
    /// Where it is.
    package var position: SourcePosition
    /// What is wrong and what was expected, in one line, without the position.
    package var message: String
    /// What to try next, in one line.
    package var hint: String?
    /// The text of that line, shown with a caret below it; none when the place is not in a file.
    package var sourceLine: String?
    /// Other places that belong to it, such as the first of two definitions.
    package var notes: [Note]

    /// Another place that belongs to a diagnostic.
    package struct Note: Sendable, Hashable {
        /// Where it is.
        package var position: SourcePosition
        /// What stands there.
        package var message: String

        /// Makes a note.
        package init(_ position: SourcePosition, _ message: String) {
            self.position = position
            self.message = message
        }
    }

    /// Makes a diagnostic.
    package init(
        at position: SourcePosition,
        _ message: String,
        hint: String? = nil,
        sourceLine: String? = nil,
        notes: [Note] = []
    ) {
        self.position = position
        self.message = message
        self.hint = hint
        self.sourceLine = sourceLine
        self.notes = notes
    }
}

extension SourceDiagnostic: CustomStringConvertible {
    /// The diagnostic in one line: `file:line:column: message`.
    package var description: String { "\(position): \(message)" }

    /// The diagnostic as a block of lines: message, source line with a caret, notes and hint.
    package var rendered: String {
        var lines = [description]
        if let sourceLine {
            let number = String(position.line)
            let gutter = String(repeating: " ", count: number.utf8.count)
            lines.append(" \(number) | \(SourceDiagnostic.printable(sourceLine))")
            lines.append(" \(gutter) | \(caretPadding(in: sourceLine))^")
        }
        for note in notes { lines.append("  note: \(note.position): \(note.message)") }
        if let hint { lines.append("  hint: \(hint)") }
        return lines.joined(separator: "\n")
    }

    /// The blanks that put a caret below the position; tabs stay tabs, so that the caret stands right at any tab width.
    private func caretPadding(in line: String) -> String {
        var padding = ""
        for scalar in line.unicodeScalars.prefix(position.column - 1) {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: continue
            default: padding += scalar == "\t" ? "\t" : " "
            }
        }
        return padding
    }

    /// A line as it may be printed: what would move a terminal's cursor becomes U+FFFD, one for one.
    private static func printable(_ line: String) -> String {
        var printable = String.UnicodeScalarView()
        for scalar in line.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control && scalar != "\t"
            printable.append(isControl || scalar == "\u{2028}" || scalar == "\u{2029}" ? "\u{FFFD}" : scalar)
        }
        return String(printable)
    }
}
