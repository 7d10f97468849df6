/// An INI text as sections of lines, each piece with its place; what the lines mean is the reader's business.
package struct INIFile: Sendable {
    /// The text it was read from.
    package let source: SourceText
    /// The lines above the first title, without comments.
    package private(set) var preamble: [INILine] = []
    /// The sections in order; a title that stands twice makes two.
    package private(set) var sections: [INISection] = []

    /// Which of the two grammars a file is written in.
    package enum Dialect: Sendable, Hashable {
        /// Ansible's: indentation means nothing, and a line may begin with a bracket without being a title. Sections
        /// `[sync:…]`, which Ansible does not have, are written as those of playbooks.
        case inventory
        /// Playbooks: a title is any text, and an indented line continues the value above it, whatever it begins with.
        case playbook
    }

    /// Cuts a text into sections.
    package init(parsing source: SourceText, dialect: Dialect) throws(INIFileError) {
        self.source = source
        for number in stride(from: 1, through: source.lineCount, by: 1) {
            let line = INIFile.line(number, of: source)
            let takesContinuations = dialect == .playbook || sections.last?.title.hasPrefix("sync:") == true
            if takesContinuations, line.isIndented || line.text.isEmpty {
                append(line)
                continue
            }
            if line.text.isEmpty || line.isComment { continue }
            if let section = try INIFile.title(line, of: source, dialect: dialect) {
                sections.append(section)
            } else {
                append(line)
            }
        }
    }

    /// Cuts the bytes of a file into sections.
    package init(parsing bytes: [UInt8], file: String, dialect: Dialect) throws(INIFileError) {
        try self.init(parsing: SourceText(bytes, file: file), dialect: dialect)
    }

    /// The titles that stand more than once, each repetition with the place of the first.
    package var duplicateTitles: [INIDuplicate] { duplicates(in: sections.map { ($0.title, $0.position) }) }

    private mutating func append(_ line: INILine) {
        if sections.isEmpty {
            if !line.text.isEmpty, !line.isComment { preamble.append(line) }
        } else {
            sections[sections.count - 1].lines.append(line)
        }
    }

    private static func line(_ number: Int, of source: SourceText) -> INILine {
        let whole = source.line(number)
        let text = trimmed(whole[...].unicodeScalars)
        let indentation = whole.unicodeScalars.distance(from: whole.startIndex, to: text.startIndex)
        let position = SourcePosition(file: source.file, line: number, column: text.isEmpty ? 1 : indentation + 1)
        return INILine(String(text), at: position)
    }

    /// The section that a line opens; none when the line opens no section.
    private static func title(
        _ line: INILine,
        of source: SourceText,
        dialect: Dialect
    ) throws(INIFileError) -> INISection? {
        let scalars = line.text.unicodeScalars
        guard scalars.first == "[" else { return nil }
        guard let close = scalars.firstIndex(of: "]") else {
            let end = line.position.advanced(by: scalars.count)
            let message = "the section title has no end; ']' was expected"
            throw INIFileError(.unterminatedTitle, source.diagnostic(at: end, message, hint: "write [title]"))
        }
        let rest = trimmed(scalars[scalars.index(after: close)...])
        if let next = rest.first, next != "#" {
            // A host such as [::1]:22 or [a:c].example.com.
            if dialect == .inventory { return nil }
            let column = scalars.distance(from: scalars.startIndex, to: rest.startIndex)
            let diagnostic = source.diagnostic(
                at: line.position.advanced(by: column),
                "nothing but a comment may follow a section title",
                hint: "a title ends at its first ']'; keys go on lines of their own"
            )
            throw INIFileError(.textAfterTitle, diagnostic)
        }
        let inner = scalars[scalars.index(after: scalars.startIndex)..<close]
        // Ansible takes no blanks around a group's name.
        let title = dialect == .inventory ? inner : trimmed(inner)
        guard !trimmed(inner).isEmpty else {
            let diagnostic = source.diagnostic(at: line.position, "the section title is empty", hint: "write [title]")
            throw INIFileError(.emptyTitle, diagnostic)
        }
        let column = scalars.distance(from: scalars.startIndex, to: title.startIndex)
        return INISection(
            title: String(title),
            position: line.position,
            titlePosition: line.position.advanced(by: column),
            lines: []
        )
    }
}
