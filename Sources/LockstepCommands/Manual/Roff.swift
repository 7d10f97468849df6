import FoundationEssentials

/// Text for the man macros, man(7).
struct Roff {
    /// What has been written.
    private(set) var text = ""

    /// Writes a macro, its arguments in quotes.
    mutating func macro(_ name: String, _ arguments: String...) {
        let words = arguments.map { " \"\(Self.escaped($0).replacing("\"", with: "\\(dq"))\"" }
        text += ".\(name)\(words.joined())\n"
    }

    /// Writes a line that is escaped already.
    mutating func line(_ escaped: String) { text += escaped + "\n" }

    /// Writes paragraphs, a blank line between two; the first needs none before it.
    mutating func paragraphs(_ text: String) {
        for (index, paragraph) in text.components(separatedBy: "\n\n").enumerated() {
            if index > 0 { macro("PP") }
            for line in Self.lines(of: paragraph) { self.line(line) }
        }
    }

    /// Writes an item with a tag that is escaped already.
    mutating func item(_ tag: String, _ text: String) {
        macro("TP")
        line(tag)
        paragraphs(text)
    }

    /// A text in bold.
    static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }

    /// A text in italics, for what is to be replaced.
    static func italic(_ text: String) -> String { "\\fI\(escaped(text))\\fR" }

    /// A text in which nothing is a request or an escape, and dashes, quotes and tildes are those of ASCII.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            case "'": escaped += "\\(aq"
            case "`": escaped += "\\(ga"
            case "^": escaped += "\\(ha"
            case "~": escaped += "\\(ti"
            case "\n": escaped += " "
            case "\u{20}"..<"\u{7F}": escaped.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                escaped += "\\[u\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)]"
            }
        }
        // A dot at the beginning of a line is a request.
        return escaped.hasPrefix(".") ? "\\&\(escaped)" : escaped
    }

    /// A paragraph in escaped lines of no more than 79 characters, where words allow it.
    private static func lines(of paragraph: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in paragraph.split(whereSeparator: \.isWhitespace).map({ escaped(String($0)) }) {
            if !line.isEmpty, line.count + 1 + word.count > 79 {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? word : " \(word)"
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
