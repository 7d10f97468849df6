/// Cuts a text into words as Python's `shlex.split` does, which is how Ansible cuts its ssh arguments.
enum ShellWords {
    /// Why a text has no words.
    enum Fault: Error {
        /// A quote has no end.
        case openQuote
        /// A backslash is the last character.
        case openEscape
    }

    /// The words, without quotes and backslashes.
    static func split(_ text: String) throws(Fault) -> [String] {
        var words: [String] = []
        var word: String.UnicodeScalarView?
        var quote: Unicode.Scalar?
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch (scalar, quote) {
            case ("'", nil), ("\"", nil):
                quote = scalar
                word = word ?? .init()
            case (_, scalar): quote = nil
            case ("\\", nil):
                guard let next = rest.popFirst() else { throw .openEscape }
                word = (word ?? .init()) + [next]
            case ("\\", "\""):
                // Between double quotes a backslash is one, unless it stands before a quote or another.
                guard let next = rest.popFirst() else { throw .openQuote }
                let kept: [Unicode.Scalar] = next == "\"" || next == "\\" ? [next] : [scalar, next]
                word = (word ?? .init()) + kept
            case (" ", nil), ("\t", nil), ("\r", nil), ("\n", nil):
                if let ended = word { words.append(String(ended)) }
                word = nil
            default: word = (word ?? .init()) + [scalar]
            }
        }
        if quote != nil { throw .openQuote }
        if let ended = word { words.append(String(ended)) }
        return words
    }
}
