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
    /// The mark that is in the lines between the answers.
    let nonce: String
    /// How many snippets there are.
    let count: Int

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
        var parser = AnswerParser(of: self)
        _ = parser.consume(bytes)
        return parser.answers
    }
}
