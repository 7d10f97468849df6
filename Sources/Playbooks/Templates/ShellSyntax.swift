import RemoteHost

/// What a template needs to know of POSIX sh: how a word is written, and where one can stand.
enum ShellSyntax {
    /// The text as one word.
    static func word(_ text: String) -> String { shellQuoted(text) }

    /// Why a value may not stand after this text, or nil where a quoted word may.
    ///
    /// In double quotes, backquotes and here-documents a single quote does not quote, so a value there would be run.
    static func objection(after text: [Character]) -> String? {
        var index = 0
        var wordBegins = true
        while index < text.count {
            switch text[index] {
            case "\\":
                if index + 1 == text.count { return "after a backslash" }
                index += 1
            case "'", "\"", "`":
                guard let end = endOfQuote(in: text, from: index) else { return "within quotes" }
                index = end
            case "#" where wordBegins:
                guard let end = text[index...].firstIndex(where: \.isNewline) else { return "in a comment" }
                index = end
            case "<" where index + 1 < text.count && text[index + 1] == "<":
                return "after a here-document"
            case "$" where index + 1 == text.count:
                return "after a $"
            default: break
            }
            wordBegins = text[index].isWhitespace || ";|&()".contains(text[index])
            index += 1
        }
        return nil
    }

    /// The index of the quote that ends the one at `start`.
    private static func endOfQuote(in text: [Character], from start: Int) -> Int? {
        var index = start + 1
        while index < text.count {
            if text[index] == text[start] { return index }
            index += text[index] == "\\" && text[start] != "'" ? 2 : 1
        }
        return nil
    }
}
