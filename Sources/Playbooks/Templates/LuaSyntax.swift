/// What a template needs to know of Lua: how a string is written, and where one can stand.
enum LuaSyntax {
    /// The text as a quoted string; whatever could mislead the parser or a reader becomes \ddd.
    static func string(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            if isShownAsItIs(scalar) {
                literal.unicodeScalars.append(scalar)
            } else {
                for byte in String(scalar).utf8 {
                    let digits = String(byte)
                    // Always three digits: a digit of the text that follows would be taken for one more.
                    literal += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
                }
            }
        }
        return literal + "\""
    }

    /// The lines of a text as a table of strings; no text is an empty table.
    static func table(_ text: String) -> String {
        if text.isEmpty { return "{}" }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return "{\n" + lines.map { "        \(string(String($0))),\n" }.joined() + "    }"
    }

    /// Why a value may not stand after this text, or nil where an expression may.
    static func objection(after text: [Character]) -> String? {
        var index = 0
        while index < text.count {
            let rest = text[index...]
            if rest.starts(with: "--") {
                if let length = longBracket(in: rest.dropFirst(2)) {
                    guard let end = endOfLongBracket(length, in: text, from: index + 2) else { return "in a comment" }
                    index = end
                } else {
                    guard let end = rest.firstIndex(where: \.isNewline) else { return "in a comment" }
                    index = end
                }
            } else if let length = longBracket(in: rest) {
                guard let end = endOfLongBracket(length, in: text, from: index) else { return "within [[ ]]" }
                index = end
            } else if text[index] == "\"" || text[index] == "'" {
                guard let end = endOfQuote(in: text, from: index) else { return "within quotes" }
                index = end
            } else {
                index += 1
            }
        }
        return nil
    }

    private static func isShownAsItIs(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "\"" || scalar == "\\" { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: return false
        default: return true
        }
    }

    /// The length of the opening [[ or [=[ that the text begins with.
    private static func longBracket(in text: ArraySlice<Character>) -> Int? {
        guard text.first == "[" else { return nil }
        let level = text.dropFirst().prefix { $0 == "=" }.count
        return text.dropFirst(level + 1).first == "[" ? level + 2 : nil
    }

    private static func endOfLongBracket(_ length: Int, in text: [Character], from start: Int) -> Int? {
        let closing = Array("]" + String(repeating: "=", count: length - 2) + "]")
        var index = start + length
        while index + length <= text.count {
            if text[index..<index + length].elementsEqual(closing) { return index + length }
            index += 1
        }
        return nil
    }

    private static func endOfQuote(in text: [Character], from start: Int) -> Int? {
        var index = start + 1
        while index < text.count {
            if text[index] == text[start] { return index + 1 }
            index += text[index] == "\\" ? 2 : 1
        }
        return nil
    }
}
