/// A text from a host or a file as a terminal may be given it: control characters are shown, not obeyed.
///
/// - Parameter lineStart: what begins each further line; nil where the text must stay on one line.
package func printable(_ text: String, lineStart: String?) -> String {
    var shown = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
        // Of a line's end in the manner of DOS, the first half says nothing.
        if previous == "\r", scalar == "\n" { shown.removeLast() }
        previous = scalar
        switch scalar.value {
        case 10:
            if let lineStart { shown.append(contentsOf: "\n\(lineStart)".unicodeScalars) } else { shown.append("␊") }
        case 9: shown.append(contentsOf: "    ".unicodeScalars)
        case 0..<32: shown.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
        case 127: shown.append("␡")
        // C1, line separators, and what turns the direction of a text.
        case 0x80..<0xA0, 0x2028...0x202E, 0x2066...0x2069: shown.append("\u{FFFD}")
        default: shown.append(scalar)
        }
    }
    return String(shown)
}

extension String {
    /// The text with spaces behind it, up to a width in columns.
    package func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - columns))
    }

    /// As much of the text's beginning as fits into so many columns.
    func cut(to width: Int) -> String {
        var left = width
        return String(
            prefix { character in
                left -= character.columns
                return left >= 0
            }
        )
    }

    /// How many columns of a terminal the text takes.
    package var columns: Int { reduce(0) { $0 + $1.columns } }
}

extension Character {
    /// How many columns of a terminal the character takes: 0 for what only joins, 2 for the wide ones of East Asia and
    /// pictures (Unicode Standard Annex 11, by blocks).
    fileprivate var columns: Int {
        var columns = 0
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: continue
            default: columns = max(columns, scalar.isWide ? 2 : 1)
            }
        }
        return columns
    }
}

extension Unicode.Scalar {
    fileprivate var isWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
            0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            true
        default: properties.isEmojiPresentation
        }
    }
}
