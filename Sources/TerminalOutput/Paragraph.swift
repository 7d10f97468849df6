/// A text for people, cut at its blanks into lines that fit a terminal.
package struct Paragraph: Sendable, Hashable {
    private let text: String
    private let indentation: String

    /// Makes a paragraph; lines after the first begin with the indentation.
    package init(_ text: String, indentation: String = "") {
        self.text = printable(text, lineStart: nil)
        self.indentation = indentation
    }

    /// Its lines; a word that is wider than the terminal, such as a path, has a line of its own and stays whole.
    ///
    /// - Parameter width: the terminal's columns; none where there is no terminal, and the text is one line.
    package func lines(width: Int?) -> [String] {
        guard let width else { return [text] }
        var lines: [String] = []
        var line: String?
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            guard let begun = line else {
                line = lines.isEmpty ? String(word) : indentation + word
                continue
            }
            if begun.columns + 1 + String(word).columns <= width {
                line = "\(begun) \(word)"
            } else {
                lines.append(begun)
                line = indentation + word
            }
        }
        return lines + [line ?? ""]
    }
}
