import Foundation

/// The texts in quotes of a Swift file that are sentences for people.
package struct MessageLiterals {
    /// Each text, cut where values are put in; only pieces of more than one word.
    package private(set) var messages: [[String]] = []

    /// Finds them.
    ///
    /// - Parameter isOfInterest: whether a line is looked at; a text in three quotes is one line.
    package init(in source: String, where isOfInterest: (String) -> Bool = { _ in true }) {
        let lines = source.components(separatedBy: "\n").filter { !$0.contains("///") && !$0.hasPrefix("import") }
        for line in Self.joined(lines) where isOfInterest(line) {
            var rest = Substring(line)
            while let open = rest.firstIndex(of: "\"") {
                rest = rest[rest.index(after: open)...]
                let pieces = Self.literal(&rest).filter { $0.count > 6 && $0.contains(" ") && $0.contains(/[a-z]{2}/) }
                if !pieces.isEmpty { messages.append(pieces) }
            }
        }
    }

    /// The lines, those of a text in three quotes as one.
    private static func joined(_ lines: [String]) -> [String] {
        var joined: [String] = []
        var text: [String]?
        for line in lines {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if let open = text {
                if trimmed.hasPrefix("\"\"\"") {
                    joined.append("\"\(open.joined())\"")
                    text = nil
                } else {
                    text = open + [trimmed.hasSuffix("\\") ? String(trimmed.dropLast()) : trimmed]
                }
            } else if trimmed.hasSuffix("\"\"\"") {
                text = []
            } else {
                joined.append(trimmed)
            }
        }
        return joined
    }

    /// The pieces of a literal up to its closing quote, which is taken from `rest` with it.
    private static func literal(_ rest: inout Substring) -> [String] {
        var pieces = [""]
        while let character = rest.popFirst() {
            switch character {
            case "\"": return pieces
            case "\\":
                guard rest.first == "(" else {
                    if let escaped = rest.popFirst() { pieces[pieces.count - 1].append(escaped) }
                    continue
                }
                skipParentheses(&rest)
                pieces.append("")
            default: pieces[pieces.count - 1].append(character)
            }
        }
        return pieces
    }

    private static func skipParentheses(_ rest: inout Substring) {
        var depth = 0
        while let character = rest.popFirst() {
            if character == "\"" { _ = literal(&rest) }
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if depth == 0 { return }
        }
    }
}
