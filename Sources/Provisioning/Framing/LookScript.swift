import RemoteHost

/// Snippets of sh that only look, joined into one script, whose answer tells them apart again.
///
/// What each prints goes straight to the script's output, with a line behind it that has the script's nonce, the snippet's
/// index and its exit status. The nonce is of random bytes made for this script, so that no file and no name that was there
/// before can hold it. What snippets print to standard error is kept apart, and follows at the end. One process more than
/// the snippets' own is started for each, whatever they print; what a login script prints before is passed over.
package struct LookScript: Sendable {
    /// The text for `sh`.
    package let text: String
    private let nonce: String
    private let count: Int

    /// Joins snippets: all of them run, whatever the others say.
    package init(asking snippets: [String], nonce: String) {
        self.nonce = nonce
        count = snippets.count
        let calls = snippets.enumerated().map { "(\n\($0.element)\n)\nsaid $? \($0.offset)" }
        text = """
            \(scriptPreamble)
            nonce=\(nonce)
            # Where nobody listens any more, nothing further is asked.
            said() {
                printf '\\n%s %s %s\\n' "$nonce" "$2" "$1" || exit 1
                printf '\\n%s %s\\n' "$nonce" "$2" >&2
            }
            exec 4>&1
            errors=$(
                exec 2>&1 >&4 4>&-
                printf '\\n%s begin\\n' "$nonce" || exit 1
            \(calls.joined(separator: "\n"))
            )
            printf '\\n%s errors\\n%s\\n' "$nonce" "$errors"
            printf '\\n%s end\\n' "$nonce"
            """
    }

    /// What the snippets printed and how they ended, by their places; nil where the script did not come to its end.
    package func answers(in bytes: [UInt8]) -> [Int: ProbeOutput]? {
        var rest = bytes[...]
        guard rest.skip(behind: "\n\(nonce) begin\n"), let end = rest.range(of: "\n\(nonce) end\n") else { return nil }
        rest = rest[..<end.lowerBound]
        var answers: [Int: ProbeOutput] = [:]
        for place in 0..<count {
            guard let mark = Self.mark("\n\(nonce) \(place) ", in: rest) else { return nil }
            answers[place] = ProbeOutput(status: mark.status, bytes: Array(rest[..<mark.range.lowerBound]))
            rest = rest[mark.range.upperBound...]
        }
        guard rest.skip(behind: "\(nonce) errors\n") else { return nil }
        for place in 0..<count {
            guard let mark = rest.range(of: "\n\(nonce) \(place)\n") else { continue }
            answers[place]?.errorText = String(decoding: rest[..<mark.lowerBound].suffix(4096), as: UTF8.self)
            rest = rest[mark.upperBound...]
        }
        return answers
    }

    /// The first line that is a snippet's mark, with the status in it.
    private static func mark(_ text: String, in bytes: ArraySlice<UInt8>) -> (range: Range<Int>, status: Int)? {
        var rest = bytes
        while let found = rest.range(of: text), let end = rest[found.upperBound...].firstIndex(of: UInt8(ascii: "\n")) {
            if let status = Int(String(decoding: rest[found.upperBound..<end], as: UTF8.self)) {
                return (found.lowerBound..<(end + 1), status)
            }
            rest = rest[found.upperBound...]
        }
        return nil
    }
}

extension ArraySlice<UInt8> {
    /// Where a text stands first.
    fileprivate func range(of text: String) -> Range<Int>? {
        let sought = Array(text.utf8)
        guard count >= sought.count else { return nil }
        var place = startIndex
        while let first = self[place...].firstIndex(of: sought[0]), first + sought.count <= endIndex {
            if self[first..<(first + sought.count)].elementsEqual(sought) { return first..<(first + sought.count) }
            place = first + 1
        }
        return nil
    }

    /// Drops all up to the end of a text; false where that stands nowhere.
    fileprivate mutating func skip(behind text: String) -> Bool {
        guard let found = range(of: text) else { return false }
        self = self[found.upperBound...]
        return true
    }
}
