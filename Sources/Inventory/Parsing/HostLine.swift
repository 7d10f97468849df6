import INIFile

/// A host line cut into words the way a shell does it; `#` outside of quotes begins a comment, also inside a word.
struct HostLine {
    /// The words: the host or range of hosts first, then its variables.
    let words: [Word]

    /// A word without its quotes and backslashes.
    struct Word {
        /// The text.
        var text: String
        /// Where it begins.
        var position: SourcePosition
        /// The column behind its first equals sign; none when it has none.
        var valueColumn: Int?
    }

    /// Why a line cannot be cut into words.
    enum Fault: Error {
        /// A quote that is not closed, and where it stands.
        case unclosedQuote(Unicode.Scalar, SourcePosition)
        /// A backslash at the very end, and where it stands.
        case danglingBackslash(SourcePosition)
    }

    /// Cuts a line into words.
    init(_ line: INILine) throws(Fault) {
        var cutter = WordCutter(line)
        words = try cutter.cut()
    }
}

/// The state of cutting a line into words.
private struct WordCutter {
    private let scalars: [Unicode.Scalar]
    private let start: SourcePosition
    private var index = 0
    private var text = String.UnicodeScalarView()
    private var wordStart: Int?
    private var equals: Int?
    private var words: [HostLine.Word] = []

    init(_ line: INILine) {
        scalars = Array(line.text.unicodeScalars)
        start = line.position
    }

    mutating func cut() throws(HostLine.Fault) -> [HostLine.Word] {
        while index < scalars.count {
            let next = scalars[index]
            switch next {
            case " ", "\t": endWord()
            case "#":
                endWord()
                return words
            case "'", "\"": try takeQuoted(next)
            case "\\":
                guard index + 1 < scalars.count else { throw .danglingBackslash(start.advanced(by: index)) }
                beginWord()
                index += 1
                append(scalars[index])
            default:
                beginWord()
                append(next)
            }
            index += 1
        }
        endWord()
        return words
    }

    private mutating func beginWord() {
        if wordStart == nil { wordStart = index }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        if scalar == "=", equals == nil { equals = index }
        text.append(scalar)
    }

    /// Takes the text in quotes; between double quotes a backslash hides itself and the quote, and is itself elsewhere.
    private mutating func takeQuoted(_ quote: Unicode.Scalar) throws(HostLine.Fault) {
        beginWord()
        let opening = index
        index += 1
        while index < scalars.count, scalars[index] != quote {
            if quote == "\"", scalars[index] == "\\", index + 1 < scalars.count,
                scalars[index + 1] == "\"" || scalars[index + 1] == "\\"
            {
                index += 1
            }
            append(scalars[index])
            index += 1
        }
        guard index < scalars.count else { throw .unclosedQuote(quote, start.advanced(by: opening)) }
    }

    private mutating func endWord() {
        guard let first = wordStart else { return }
        let valueColumn = equals.map { start.column + $0 + 1 }
        words.append(HostLine.Word(text: String(text), position: start.advanced(by: first), valueColumn: valueColumn))
        text = String.UnicodeScalarView()
        wordStart = nil
        equals = nil
    }
}
