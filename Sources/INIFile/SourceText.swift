/// A file's text, known to be UTF-8 without control characters, cut into lines.
///
/// It stays with what was read from it, so that a fault found much later can still show its line.
package struct SourceText: Sendable {
    /// The file's name as the user gave it.
    package let file: String
    private let bytes: [UInt8]
    /// For each line where it starts and where it ends, without its end-of-line.
    private let lineRanges: [Range<Int>]

    /// Takes a file's bytes; a UTF-8 byte order mark is dropped; a line ends with LF, CR LF or CR.
    package init(_ bytes: [UInt8], file: String) throws(INIFileError) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            let diagnostic = SourceDiagnostic(
                at: SourcePosition(file: file, line: 1, column: 1),
                "the text is UTF-16; UTF-8 was expected",
                hint: "save it as UTF-8: iconv -f UTF-16 -t UTF-8"
            )
            throw INIFileError(.notUTF8, diagnostic)
        }
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        self.file = file
        self.bytes = bytes
        lineRanges = SourceText.lines(of: bytes, from: start)
        try checkEncoding()
        try checkControlCharacters()
    }

    /// Takes a text that is already a string.
    package init(_ text: String, file: String) throws(INIFileError) {
        try self.init(Array(text.utf8), file: file)
    }

    /// How many lines there are; an end-of-line at the very end begins no further line.
    package var lineCount: Int { lineRanges.count }

    /// The text of a line, from 1; empty when there is no such line.
    package func line(_ number: Int) -> String {
        guard lineRanges.indices.contains(number - 1) else { return "" }
        return String(decoding: bytes[lineRanges[number - 1]], as: UTF8.self)
    }

    /// Where a line stands among the file's bytes, without its end-of-line; empty when there is no such line.
    package func byteRange(ofLine number: Int) -> Range<Int> {
        lineRanges.indices.contains(number - 1) ? lineRanges[number - 1] : bytes.endIndex..<bytes.endIndex
    }

    /// A diagnostic that shows the line it is about.
    package func diagnostic(
        at position: SourcePosition,
        _ message: String,
        hint: String? = nil,
        notes: [SourceDiagnostic.Note] = []
    ) -> SourceDiagnostic {
        SourceDiagnostic(at: position, message, hint: hint, sourceLine: line(position.line), notes: notes)
    }

    private static func lines(of bytes: [UInt8], from start: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var lineStart = start
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
                index += 1
                continue
            }
            ranges.append(lineStart..<index)
            let isPair = byte == UInt8(ascii: "\r") && index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n")
            index += isPair ? 2 : 1
            lineStart = index
        }
        if lineStart < bytes.count { ranges.append(lineStart..<bytes.count) }
        return ranges
    }

    private func checkEncoding() throws(INIFileError) {
        guard String(validating: bytes, as: UTF8.self) == nil else { return }
        for (index, range) in lineRanges.enumerated() {
            var decoder = UTF8()
            var iterator = bytes[range].makeIterator()
            var column = 1
            decoding: while true {
                switch decoder.decode(&iterator) {
                case .scalarValue: column += 1
                case .emptyInput: break decoding
                case .error:
                    let message = "a byte that is not UTF-8 text was found"
                    throw error(.notUTF8, line: index + 1, column, message, hint: "save the file as UTF-8")
                }
            }
        }
    }

    private func checkControlCharacters() throws(INIFileError) {
        // Bytes first: nearly every file has none, and then no line is decoded.
        for (index, range) in lineRanges.enumerated() where bytes[range].contains(where: SourceText.mayBeControl) {
            for (column, scalar) in line(index + 1).unicodeScalars.enumerated() where SourceText.isRefused(scalar) {
                let code = String(scalar.value, radix: 16, uppercase: true)
                let name = "U+" + String(repeating: "0", count: max(0, 4 - code.utf8.count)) + code
                let what = scalar == "\0" ? "a NUL character" : "the control character \(name)"
                let message = "\(what) was found; a text file was expected"
                throw error(.controlCharacter, line: index + 1, column + 1, message, hint: "delete the character")
            }
        }
    }

    private static func mayBeControl(_ byte: UInt8) -> Bool {
        (byte < 0x20 && byte != UInt8(ascii: "\t")) || byte == 0x7F || byte == 0xC2 || byte == 0xE2
    }

    private static func isRefused(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control: scalar != "\t"
        case .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private func error(
        _ code: INIFileError.Code,
        line: Int,
        _ column: Int,
        _ message: String,
        hint: String
    ) -> INIFileError {
        let position = SourcePosition(file: file, line: line, column: column)
        return INIFileError(code, diagnostic(at: position, message, hint: hint))
    }
}
