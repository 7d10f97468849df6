/// What a template needs to know of systemd's unit files: how a word is written, and where one can stand.
enum UnitSyntax {
    /// The text as one quoted word (systemd.syntax(7)).
    ///
    /// Not every setting knows C-style escapes beyond `\\` and `\"`, so a control character cannot be carried.
    static func word(_ text: String, inCommand: Bool) throws(LiteralRefusal) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            if scalar.isControlCharacter {
                throw LiteralRefusal(reason: "it holds a line break or another control character")
            }
            switch scalar {
            case "\\", "\"": literal += "\\"
            case "%": literal += "%"
            case "$" where inCommand: literal += "$"
            default: break
            }
            literal.unicodeScalars.append(scalar)
        }
        return literal + "\""
    }

    /// The kind of literal for a value after this text, or why none may stand there.
    static func kind(after text: [Character], before next: Character?) -> Result<LiteralKind, PlaceRefusal> {
        let line = logicalLine(endOf: text)
        let trimmed = line.drop(while: \.isWhitespace)
        if trimmed.first == "#" || trimmed.first == ";" { return .failure(PlaceRefusal(reason: "in a comment")) }
        guard let equals = trimmed.firstIndex(of: "=") else {
            return .failure(PlaceRefusal(reason: "outside the value of a setting"))
        }
        let setting = String(trimmed[..<equals]).trimmed()
        if isQuoted(endOf: trimmed[(equals + 1)...]) { return .failure(PlaceRefusal(reason: "within quotes")) }
        // systemd sees quotes only around a whole item.
        guard let previous = line.last, previous == "=" && line.endIndex == equals + 1 || previous.isWhitespace,
            next?.isWhitespace ?? true
        else { return .failure(PlaceRefusal(reason: "as a part of a word")) }
        if commands.contains(setting) { return .success(.unitArgument) }
        if settingsOfWords.contains(setting) { return .success(.unitWord) }
        return .failure(PlaceRefusal(reason: "in \(setting)=, where systemd would take the quotes for a part of it"))
    }

    /// The settings whose value is a command line, in which systemd replaces $NAME as well.
    private static let commands: Set<String> = [
        "ExecCondition", "ExecStartPre", "ExecStart", "ExecStartPost", "ExecReload", "ExecStop", "ExecStopPost",
    ]

    /// The settings whose value is a list of words that may be quoted (systemd 247 to 257).
    private static let settingsOfWords: Set<String> = [
        "Environment", "PassEnvironment", "RequiresMountsFor", "WantsMountsFor", "ReadWritePaths", "ReadOnlyPaths",
        "InaccessiblePaths", "ExecPaths", "NoExecPaths", "BindPaths", "BindReadOnlyPaths", "RuntimeDirectory",
        "StateDirectory", "CacheDirectory", "LogsDirectory", "ConfigurationDirectory", "SupplementaryGroups",
    ]

    private static func isQuoted(endOf value: ArraySlice<Character>) -> Bool {
        var quote: Character?
        var index = value.startIndex
        while index < value.endIndex {
            switch value[index] {
            case "\\": index += 1
            case "\"", "'":
                if quote == nil { quote = value[index] } else if quote == value[index] { quote = nil }
            default: break
            }
            index += 1
        }
        return quote != nil
    }

    /// The line that the text ends in, together with the lines that it continues.
    private static func logicalLine(endOf text: [Character]) -> ArraySlice<Character> {
        var start = text.endIndex
        while start > 0 {
            let previous = text[start - 1]
            if previous.isNewline && !(start > 1 && text[start - 2] == "\\") { break }
            start -= 1
        }
        return text[start...]
    }
}

extension String {
    /// The text without white space at its ends.
    func trimmed() -> String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
