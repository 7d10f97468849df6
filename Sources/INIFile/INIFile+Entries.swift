extension INIFile {
    /// A section's lines as keys with values, the way playbooks are written.
    ///
    /// An indented line continues the value above it: the lines are joined by LF, and the indentation that all of them
    /// share is dropped; a value may begin on the line below its key. Such a line is taken as it is, also when it begins with `#`, `;` or a bracket. Keys that stand
    /// twice are not refused here: see `duplicateKeys`.
    package func entries(of section: INISection) throws(INIFileError) -> [INIEntry] {
        var entries: [INIEntry] = []
        var continuation: [INILine] = []
        for line in section.lines {
            if line.text.isEmpty {
                // It counts only when more of the value follows.
                if !entries.isEmpty { continuation.append(line) }
                continue
            }
            if line.isIndented {
                if !entries.isEmpty { continuation.append(line) } else if !line.isComment { throw strayLine(line) }
                continue
            }
            finish(&entries, with: &continuation)
            guard let entry = line.keyAndValue, !entry.key.isEmpty else { throw notKeyAndValue(line) }
            entries.append(entry)
        }
        finish(&entries, with: &continuation)
        return entries
    }

    /// Adds the lines that were collected to the value above them.
    private func finish(_ entries: inout [INIEntry], with continuation: inout [INILine]) {
        defer { continuation = [] }
        while continuation.last?.text.isEmpty == true { continuation.removeLast() }
        guard var entry = entries.popLast() else { return }
        let indentations = continuation.filter { !$0.text.isEmpty }.map { indentation(of: $0) }
        let shared = indentations.dropFirst().reduce(indentations.first ?? []) { shared, next in
            zip(shared, next).prefix { $0 == $1 }.map(\.0)
        }
        // A value that starts on the line below its key has no empty first line.
        var startsBelow = entry.value.isEmpty
        for line in continuation {
            if startsBelow, line.text.isEmpty { continue }
            let kept = line.text.isEmpty ? [] : indentation(of: line).dropFirst(shared.count)
            var text = String.UnicodeScalarView(kept)
            text.append(contentsOf: line.text.unicodeScalars)
            let position = line.position.advanced(by: -kept.count)
            if startsBelow {
                entry.value = String(text)
                entry.valuePosition = position
                entry.valueLines = [position]
                startsBelow = false
            } else {
                entry.value += "\n" + String(text)
                entry.valueLines.append(position)
            }
        }
        entries.append(entry)
    }

    private func indentation(of line: INILine) -> [Unicode.Scalar] {
        Array(source.line(line.position.line).unicodeScalars.prefix(line.position.column - 1))
    }

    private func strayLine(_ line: INILine) -> INIFileError {
        let diagnostic = source.diagnostic(
            at: line.position,
            "this indented line continues nothing; 'key = value' was expected first",
            hint: "remove the blanks at its beginning"
        )
        return INIFileError(.nothingToContinue, diagnostic)
    }

    private func notKeyAndValue(_ line: INILine) -> INIFileError {
        let diagnostic = source.diagnostic(
            at: line.position,
            "'key = value' was expected, not \(quoted(line.text))",
            hint: "to continue the value above, indent the line"
        )
        return INIFileError(.notKeyAndValue, diagnostic)
    }
}
