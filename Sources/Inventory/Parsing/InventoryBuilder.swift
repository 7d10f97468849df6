import INIFile

/// Collects what inventory files say, going on after each fault, so that all of them can be told at once.
struct InventoryBuilder {
    /// The hosts, in order of first mention.
    var hosts: [InventoryHost] = []
    /// The groups, in order of first section.
    var groups: [InventoryGroup] = []
    /// The directories that sections `[sync:…]` mirror, in order.
    var syncs: [SyncSection] = []
    /// The place of each host in `hosts`, by name.
    var hostIndices: [String: Int] = [:]
    /// The place of each group in `groups`, by name.
    var groupIndices: [String: Int] = [:]
    /// What is odd.
    var warnings: [SourceDiagnostic] = []
    /// What is wrong.
    var errors: [InventoryError] = []

    /// A group and another one that is its child.
    struct Link: Hashable {
        /// The upper group.
        var parent: Int
        /// The lower group.
        var child: Int
    }

    /// A host and a group that lists it.
    struct Membership: Hashable {
        /// The host.
        var host: Int
        /// The group.
        var group: Int
    }

    /// A child that is listed before its group has a section.
    struct Expectation {
        /// The group that lists it.
        var parent: Int
        /// Where.
        var position: SourcePosition
    }

    /// All links so far, with the line that made each; none for those that go without saying.
    var links: [Link: SourcePosition?] = [:]
    /// All memberships so far.
    var memberships: Set<Membership> = []
    /// The groups that are listed before they have a section, by name.
    var expected: [String: [Expectation]] = [:]
    /// Their names in order of mention.
    var expectedNames: [String] = []
    /// Groups that have had a `:vars` section only.
    var undeclared: [Int: SourcePosition] = [:]
    private var sources: [String: SourceText] = [:]

    /// Starts with the two groups that are always there.
    init() {
        _ = addGroup("all", at: nil)
        _ = addGroup("ungrouped", at: nil)
        link(Inventory.all, Inventory.ungrouped, at: nil)
    }

    /// Takes in a file.
    mutating func read(_ text: INIFile, of file: InventoryFile) {
        sources[text.source.file] = text.source
        guard file.content == .inventory else { return readVariables(text, of: file) }
        readInventory(text)
        // As for Ansible, a group that a file uses is in that file or in one before it.
        reportUnknownGroups()
    }

    private mutating func readInventory(_ file: INIFile) {
        // What follows is no host either.
        if let first = file.preamble.first, first.text == "---" { return reportYAML(first.position) }
        for line in file.preamble where !isMistakenTitle(line) { readHostLine(line, group: Inventory.ungrouped) }
        for section in file.sections {
            if section.isSync {
                readSync(section, of: file)
                continue
            }
            guard let (group, kind) = readTitle(of: section) else { continue }
            for line in section.lines where !isMistakenTitle(line) {
                switch kind {
                case .hosts: readHostLine(line, group: group)
                case .vars: readVariable(line, group: group)
                case .children: readChild(line, parent: group)
                }
            }
        }
    }

    /// Checks what can only be known at the end, and links what is left.
    mutating func finish() throws(InventoryErrors) {
        reportCycle()
        if let errors = InventoryErrors(errors) { throw errors }
        for index in groups.indices where index != Inventory.all && groups[index].parents.isEmpty {
            link(Inventory.all, index, at: nil)
        }
        settleUngrouped()
        measureDepths()
        for group in groups {
            // A group of just that host, such as [master] with the host master in it, is no question.
            guard let position = group.position, let host = hostIndices[group.name], group.hosts != [host] else {
                continue
            }
            warn(position, "\(quoted(group.name)) is the name of a group and of a host", hint: "rename one of them")
        }
    }

    /// Tells of the line that begins a YAML file.
    mutating func reportYAML(_ position: SourcePosition) {
        let message = "'---' begins a YAML file; an INI inventory was expected"
        report(.badHostLine, position, message, hint: "write [master] and [slaves] sections")
    }

    // MARK: - Titles and children

    /// Tells of a line in brackets that is no title, such as `[a:c].example.net x=[1]`; Ansible takes it for one.
    private mutating func isMistakenTitle(_ line: INILine) -> Bool {
        let scalars = line.text.unicodeScalars
        guard scalars.first == "[", scalars.last == "]" else { return false }
        let message =
            "a line from '[' to ']' is a section's title; [group], [group:vars] or [group:children] was expected"
        report(.badTitle, line.position, message, hint: "of a host's line, put the last value in quotes")
        return true
    }

    private mutating func readTitle(of section: INISection) -> (group: Int, kind: SectionTitle.Kind)? {
        let title: SectionTitle
        do throws(SectionTitle.Fault) {
            title = try SectionTitle(parsing: section.title)
        } catch {
            switch error {
            case .badName(let offset):
                let message = "\(quoted(section.title)) is not a group's name: blanks and colons cannot stand in it"
                let hint = "write [group], [group:vars] or [group:children]"
                report(.badTitle, section.titlePosition.advanced(by: offset), message, hint: hint)
            case .unknownKind(let word, let offset):
                let kinds = SectionTitle.Kind.allCases.map(\.rawValue)
                let near = nearestName(to: word, among: kinds).map { "did you mean '\($0)'?" }
                let message = "'hosts', 'children' or 'vars' was expected after the colon, not \(quoted(word))"
                report(.badTitle, section.titlePosition.advanced(by: offset), message, hint: near)
            }
            return nil
        }
        let group = groupIndices[title.group] ?? addGroup(title.group, at: section.position)
        if groups[group].position == nil { groups[group].position = section.position }
        if title.kind == .vars {
            let isDeclared = groups[group].isDeclared
            if !isDeclared, undeclared[group] == nil { undeclared[group] = section.titlePosition }
        } else {
            groups[group].isDeclared = true
            undeclared[group] = nil
            for expectation in expected.removeValue(forKey: title.group) ?? [] {
                link(expectation.parent, group, at: expectation.position)
            }
        }
        return (group, title.kind)
    }

    private mutating func readChild(_ line: INILine, parent: Int) {
        let scalars = line.text.unicodeScalars
        let name = String(scalars.prefix { $0 != ":" && $0 != "]" && !$0.properties.isWhitespace })
        let rest = scalars.dropFirst(name.unicodeScalars.count).drop { $0.properties.isWhitespace }
        guard !name.isEmpty, rest.isEmpty || rest.first == "#" else {
            let message =
                "one group's name was expected on each line of a ':children' section, not \(quoted(line.text))"
            return report(.badTitle, line.position, message, hint: "hosts and their variables go under [group]")
        }
        if let child = groupIndices[name] {
            link(parent, child, at: line.position)
        } else {
            if expected[name] == nil { expectedNames.append(name) }
            expected[name, default: []].append(Expectation(parent: parent, position: line.position))
        }
    }

    /// Adds a group; one without a position is always there.
    mutating func addGroup(_ name: String, at position: SourcePosition?) -> Int {
        groups.append(InventoryGroup(name: name, position: position))
        if position == nil { groups[groups.count - 1].isDeclared = true }
        groupIndices[name] = groups.count - 1
        return groups.count - 1
    }

    /// Makes a group the child of another.
    mutating func link(_ parent: Int, _ child: Int, at position: SourcePosition?) {
        if child == Inventory.all, let position {
            let message = "'all' holds every group and cannot be the child of \(quoted(groups[parent].name))"
            return report(.groupCycle, position, message, hint: "list the groups that are meant")
        }
        guard links[Link(parent: parent, child: child)] == nil else { return }
        links[Link(parent: parent, child: child)] = .some(position)
        groups[parent].children.append(child)
        groups[child].parents.append(parent)
    }

    // MARK: - Telling

    /// Notes a fault and goes on.
    mutating func report(
        _ code: InventoryError.Code,
        _ position: SourcePosition,
        _ message: String,
        hint: String?
    ) {
        errors.append(InventoryError(code, diagnostic(position, message, hint: hint)))
    }

    /// Notes what is odd.
    mutating func warn(
        _ position: SourcePosition,
        _ message: String,
        hint: String?,
        notes: [SourceDiagnostic.Note] = []
    ) {
        warnings.append(diagnostic(position, message, hint: hint, notes: notes).withoutSecrets(isSyntax: true))
    }

    private func diagnostic(
        _ position: SourcePosition,
        _ message: String,
        hint: String?,
        notes: [SourceDiagnostic.Note] = []
    ) -> SourceDiagnostic {
        guard let source = sources[position.file] else { return SourceDiagnostic(at: position, message, hint: hint) }
        return source.diagnostic(at: position, message, hint: hint, notes: notes)
    }
}
