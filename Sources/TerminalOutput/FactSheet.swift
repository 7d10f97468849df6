/// A page of facts, each with where it comes from, laid out for a terminal of some width.
///
/// Names, values and sources stand in columns; a row that does not fit has its source below its value, and on a narrow
/// terminal both go below the name. A word that is longer than the line stays whole, so that it can be copied.
package struct FactSheet: Sendable, Hashable {
    /// The first lines of the page.
    package var heading: [String]
    /// What follows, in order; a section without rows is left out.
    package var sections: [Section]

    /// Facts that belong together.
    package struct Section: Sendable, Hashable {
        /// What they are about.
        package var title: String
        /// The facts.
        package var rows: [Row]

        /// Makes a section.
        package init(_ title: String, _ rows: [Row]) {
            self.title = title
            self.rows = rows
        }
    }

    /// One fact.
    package struct Row: Sendable, Hashable {
        /// What it is called.
        package var name: String
        /// What holds.
        package var value: String
        /// Where that is said.
        package var source: String
        /// What else is to be said of it, one remark each.
        package var remarks: [String]

        /// Makes a fact; what a terminal would act on in its texts is shown instead.
        package init(_ name: String, _ value: String, source: String, remarks: [String] = []) {
            self.name = printable(name, lineStart: nil)
            self.value = printable(value, lineStart: nil)
            self.source = printable(source, lineStart: nil)
            self.remarks = remarks.map { printable($0, lineStart: nil) }
        }
    }

    /// Makes a page.
    package init(heading: [String], sections: [Section]) {
        self.heading = heading.map { printable($0, lineStart: nil) }
        self.sections = sections
    }

    /// The page as text that ends with a newline.
    package func text(width: Int) -> String {
        let width = max(20, width)
        var lines = heading.flatMap { wrapped($0, at: 0, width: width) }
        for section in sections where !section.rows.isEmpty {
            let layout = SectionLayout(section.rows, width: width)
            lines += ["", section.title] + section.rows.flatMap(layout.lines)
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Where the columns of a section are.
private struct SectionLayout {
    private let width: Int
    private let valueColumn: Int
    private let sourceColumn: Int
    /// Whether names and values do not fit beside each other.
    private let isNarrow: Bool

    init(_ rows: [FactSheet.Row], width: Int) {
        self.width = width
        let nameWidth = rows.map(\.name.columns).max() ?? 0
        isNarrow = nameWidth + 4 + 24 > width
        let valueColumn = isNarrow ? 4 : nameWidth + 4
        self.valueColumn = valueColumn
        // The place at which most rows fit into one line; of several, the first.
        let places = Set(rows.map { valueColumn + $0.value.columns + 2 }).sorted()
        let counts = places.map { place in
            rows.count { valueColumn + $0.value.columns + 2 <= place && place + $0.source.columns <= width }
        }
        sourceColumn = zip(places, counts).max { ($0.1, $1.0) < ($1.1, $0.0) }?.0 ?? width
    }

    func lines(of row: FactSheet.Row) -> [String] {
        let name = "  \(row.name)"
        let remarks = row.remarks.flatMap { wrapped($0, at: valueColumn + 2, width: width) }
        if !isNarrow, valueColumn + row.value.columns + 2 <= sourceColumn, sourceColumn + row.source.columns <= width {
            let beginning = name.padded(to: valueColumn) + row.value
            return [row.source.isEmpty ? beginning : beginning.padded(to: sourceColumn) + row.source] + remarks
        }
        var lines = wrapped(row.value, at: valueColumn, width: width)
        if isNarrow {
            lines.insert(name, at: 0)
        } else {
            lines[0] = name.padded(to: valueColumn) + lines[0].dropFirst(valueColumn)
        }
        if !row.source.isEmpty { lines += wrapped(row.source, at: valueColumn + 2, width: width) }
        return lines + remarks
    }
}

/// A text in lines of a width that begin in a column; at least one line.
private func wrapped(_ text: String, at column: Int, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
        if !line.isEmpty, column + line.columns + 1 + String(word).columns > width {
            lines.append(line)
            line = ""
        }
        line += line.isEmpty ? word : " \(word)"
    }
    return (lines + [line]).map { String(repeating: " ", count: column) + $0 }
}
