/// What a snippet printed, and how it ended.
package struct ProbeOutput: Sendable, Hashable {
    /// Its exit status.
    package var status: Int
    /// Its standard output. NUL bytes are lost on the way, and trailing newlines are kept.
    package var text: String
    /// Its standard error, where it was kept.
    package var errorText: String

    /// Makes an output.
    package init(status: Int = 0, text: String, errorText: String = "") {
        self.status = status
        self.text = text
        self.errorText = errorText
    }

    /// The text without white space at its ends.
    package var trimmedText: String { text.trimmed }

    /// The lines of the text, without an empty one at the end.
    package var lines: [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// What a person is told of a snippet that failed: its last words, or else its status.
    package var failureText: String {
        let words = [errorText.trimmed, trimmedText].first { !$0.isEmpty }
        guard let words else { return "it ended with status \(status)" }
        let last = words.split(separator: "\n").suffix(8).joined(separator: "\n")
        return "\(last) (status \(status))"
    }
}

extension String {
    /// The text without spaces, tabs and newlines at its ends.
    var trimmed: String {
        var rest = self[...]
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest.drop(while: \.isWhitespace))
    }
}
