import RemoteHost

/// What a snippet printed, and how it ended.
package struct ProbeOutput: Sendable, Hashable {
    /// Its exit status.
    package var status: Int
    /// Its standard output, byte for byte. NUL bytes are lost on the way, and trailing newlines are kept.
    package var bytes: [UInt8]
    /// The end of its standard error; of a change that is part of its standard output.
    package var errorText: String
    /// What became of it.
    package var ending: Ending

    /// What became of a snippet, as the script around it says, whatever the status.
    package enum Ending: String, Sendable, Hashable {
        /// It ran, and ended with its status.
        case ended
        /// It was not run: the host was no longer as it was when the change was planned.
        case moved
        /// It was not run: an earlier change failed.
        case skipped
        /// It refused to go on, as that could lose data.
        case refused
        /// It refused to go on, and let nothing follow on the host.
        case stopped
    }

    /// Makes an output.
    package init(status: Int = 0, bytes: [UInt8], errorText: String = "", ending: Ending = .ended) {
        self.status = status
        self.bytes = bytes
        self.errorText = errorText
        self.ending = ending
    }

    /// Makes an output of text.
    package init(status: Int = 0, text: String, errorText: String = "", ending: Ending = .ended) {
        self.init(status: status, bytes: Array(text.utf8), errorText: errorText, ending: ending)
    }

    /// Whether it ran, and ended with status 0.
    package var hasSucceeded: Bool { ending == .ended && status == 0 }

    /// Its standard output as text; bytes that are not UTF-8 are shown as U+FFFD.
    package var text: String {
        get { String(decoding: bytes, as: UTF8.self) }
        set { bytes = Array(newValue.utf8) }
    }

    /// The text without white space at its ends.
    package var trimmedText: String { text.trimmed }

    /// The lines of the text, without an empty one at the end.
    package var lines: [Substring] {
        var lines = text.splitAtLineFeeds(keepingEmpty: true)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// The lines, byte for byte, without an empty one at the end.
    package var byteLines: [[UInt8]] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
        if lines.last == [] { lines.removeLast() }
        return lines
    }

    /// What a person is told of a snippet that failed: its last words, or else its status.
    package var failureText: String {
        let words = [errorText.trimmed, trimmedText].first { !$0.isEmpty }
        guard let words else { return "it ended with status \(status)" }
        let last = words.splitAtLineFeeds().suffix(8).joined(separator: "\n")
        return "\(last) (status \(status))"
    }

    /// What it said to standard error, behind a colon; empty where it said nothing.
    package var reason: String {
        let words = errorText.splitAtLineFeeds().suffix(8).joined(separator: "\n").trimmed
        return words.isEmpty ? "" : ": \(words)"
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
