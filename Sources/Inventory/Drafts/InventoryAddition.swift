import INIFile

/// An inventory that somebody wrote, and slaves that are added to it: its own bytes stay, each added line is one more.
package struct InventoryAddition: Sendable {
    /// The file as it was read.
    package let before: [UInt8]
    /// What it says.
    package let inventory: Inventory
    /// The lines that are added, without their ends.
    package private(set) var lines: [String] = []
    private let file: String
    private let source: SourceText
    /// The line that the added ones follow.
    private let anchor: Int
    private var names: Set<String> = []

    /// Reads an inventory that has a section `[slaves]` of its own.
    package init(to bytes: [UInt8], file: String) throws(InventoryErrors) {
        inventory = try Inventory(parsing: bytes, file: file)
        let parsed: INIFile
        do throws(INIFileError) {
            parsed = try INIFile(parsing: bytes, file: file, dialect: .inventory)
        } catch {
            throw InventoryErrors(InventoryError(.syntax, error.diagnostic))
        }
        guard let section = Self.section(.hosts, of: parsed) else {
            throw InventoryErrors(InventoryError(.badRole, Self.noSection(parsed)))
        }
        before = bytes
        self.file = file
        source = parsed.source
        anchor = section.lines.last?.position.line ?? section.position.line
    }

    /// Adds a host, or a range of them.
    ///
    /// - Parameter target: its directory; none where the inventory's groups say it.
    /// - Throws: what speaks against it; the addition is then as it was.
    package mutating func add(_ host: DraftHost, target: String?) throws(InventoryErrors) {
        for name in host.names {
            if let known = inventory.host(named: name) {
                let message = "there is a host '\(name)' already"
                let hint = "give the new one another name, or change this line"
                let diagnostic = inventory.diagnostic(at: known.position, message, hint: hint)
                throw InventoryErrors(InventoryError(.badRole, diagnostic))
            }
        }
        let added = names.union(host.names)
        guard added.count == names.count + host.names.count else {
            let position = SourcePosition(file: file, line: anchor, column: 1)
            let message = "'\(host.name)' is added twice"
            throw InventoryErrors(InventoryError(.badRole, SourceDiagnostic(at: position, message)))
        }
        names = added
        for (word, variables) in host.lines {
            let own = target.map { [InventoryQuoting.assignment("target", $0)] } ?? []
            lines.append(([InventoryQuoting.word(word)] + variables + own).joined(separator: " "))
        }
    }

    /// The directory that the inventory's groups give to a host; none where it needs one of its own.
    package func inheritedTarget(of host: DraftHost) -> String? {
        var trial = self
        guard (try? trial.add(host, target: nil)) != nil,
            let whole = try? Inventory(parsing: trial.after, file: file),
            let name = host.names.first, let added = whole.host(named: name)
        else { return nil }
        return whole.variables(of: added)["target"]?.value
    }

    /// The file with the lines added.
    package var after: [UInt8] {
        let end = source.byteRange(ofLine: anchor).upperBound
        let added = lines.flatMap { endOfLine + Array($0.utf8) }
        return Array(before[..<end]) + added + before[end...]
    }

    /// The number that the first added line has in the file.
    package var firstLine: Int { anchor + 1 }

    /// What ends the lines around the added ones.
    private var endOfLine: [UInt8] {
        for line in [anchor, anchor - 1] where line > 0 {
            let end = source.byteRange(ofLine: line).upperBound
            let next = line < source.lineCount ? source.byteRange(ofLine: line + 1).lowerBound : before.endIndex
            if end < next { return Array(before[end..<next]) }
        }
        return [UInt8(ascii: "\n")]
    }

    /// The last section of the slaves that has lines of a kind, or else one without any.
    private static func section(_ kind: SectionTitle.Kind, of file: INIFile) -> INISection? {
        let sections = file.sections.filter { section in
            guard let title = try? SectionTitle(parsing: section.title) else { return false }
            return title.group == "slaves" && title.kind == kind
        }
        return sections.last { !$0.lines.isEmpty } ?? sections.last
    }

    private static func noSection(_ file: INIFile) -> SourceDiagnostic {
        guard let children = section(.children, of: file) else {
            let position = SourcePosition(file: file.source.file, line: 1, column: 1)
            let message = "there is no section [slaves] to add a slave to"
            return SourceDiagnostic(at: position, message, hint: "add a line [slaves] where the slaves shall stand")
        }
        let message = "[slaves] is made of other groups; it has no hosts of its own to add a slave to"
        let groups = children.lines.prefix(3).map { "[\($0.text.prefix { !$0.isWhitespace && $0 != "#" })]" }
            .joined(separator: ", ")
        let hint = "write the slave under one of them (\(groups)), or add a section [slaves] beside this one"
        return file.source.diagnostic(at: children.position, message, hint: hint)
    }
}
