package import INIFile

/// What inventory files say: hosts, groups and variables, each value with the place it comes from.
///
/// The language is Ansible's INI dialect. Nothing is interpreted here beyond it: for the typed view see `Fleet`.
package struct Inventory: Sendable {
    /// The hosts, in order of first mention.
    package let hosts: [InventoryHost]
    /// The groups: `all` and `ungrouped` first, then in order of first section.
    package let groups: [InventoryGroup]
    /// The directories that sections `[sync:…]` mirror, in order.
    package let syncs: [SyncSection]
    /// What is odd but not wrong.
    package let warnings: [SourceDiagnostic]

    /// The place of each host, by name.
    let hostIndices: [String: Int]
    /// The place of each group, by name.
    let groupIndices: [String: Int]
    /// The merged variables of each set of groups that some host is in, so that hosts share one dictionary.
    private let inherited: [[Int]: [String: Variable]]
    private let sources: [SourceText]

    /// The name of the first file, for faults that have no line of their own.
    package var file: String { sources.first?.file ?? "inventory" }

    /// The index of the group that holds every host.
    static let all = 0
    /// The index of the group of hosts that no other group lists.
    static let ungrouped = 1

    /// Reads one inventory file.
    package init(parsing bytes: [UInt8], file: String) throws(InventoryErrors) {
        try self.init(parsing: [(bytes, file)])
    }

    /// Reads an inventory that is already a string.
    package init(parsing text: String, file: String) throws(InventoryErrors) {
        try self.init(parsing: [(Array(text.utf8), file)])
    }

    /// Reads several files as one inventory; a later file's variables win.
    package init(parsing files: [(bytes: [UInt8], file: String)]) throws(InventoryErrors) {
        var parsed: [INIFile] = []
        for (bytes, file) in files {
            do throws(INIFileError) {
                parsed.append(try INIFile(parsing: bytes, file: file, dialect: .inventory))
            } catch {
                throw InventoryErrors(InventoryError(.syntax, error.diagnostic))
            }
        }
        var builder = InventoryBuilder()
        for file in parsed { builder.read(file) }
        try builder.finish()
        hosts = builder.hosts
        groups = builder.groups
        syncs = builder.syncs
        hostIndices = builder.hostIndices
        groupIndices = builder.groupIndices
        warnings = builder.warnings.sorted { $0.position < $1.position }
        sources = parsed.map(\.source)
        inherited = Inventory.inheritedVariables(hosts: builder.hosts, groups: builder.groups)
    }

    /// The host of that name.
    package func host(named name: String) -> InventoryHost? { hostIndices[name].map { hosts[$0] } }

    /// The group of that name.
    package func group(named name: String) -> InventoryGroup? { groupIndices[name].map { groups[$0] } }

    /// The hosts of a group and of the groups below it, each once; for `all`, every host in order of first mention.
    package func hosts(in group: InventoryGroup) -> [InventoryHost] {
        guard let index = groupIndices[group.name] else { return [] }
        return members(of: index).map { hosts[$0] }
    }

    /// All variables that a host has: those beside it win over its groups', a deeper group's over a higher one's.
    package func variables(of host: InventoryHost) -> [String: Variable] {
        let fromGroups = inherited[host.groups] ?? [:]
        if host.ownVariables.isEmpty { return fromGroups }
        return fromGroups.merging(host.ownVariables) { $1 }
    }

    /// All definitions of a variable that reach a host, the one that counts last.
    package func definitions(of variable: String, for host: InventoryHost) -> [(where: String, variable: Variable)] {
        let fromGroups = Inventory.groupsByPrecedence(of: host.groups, in: groups).compactMap { index in
            groups[index].ownVariables[variable].map { (groups[index].name, $0) }
        }
        let all = fromGroups + (host.ownVariables[variable].map { [(host.name, $0)] } ?? [])
        return all.flatMap { place, variable in (variable.earlier + [variable]).map { (place, $0) } }
    }

    /// The groups that a host is in, by way of others too, the nearest first; `all` comes last.
    package func groups(of host: InventoryHost) -> [InventoryGroup] {
        Inventory.groupsByPrecedence(of: host.groups, in: groups).reversed().map { groups[$0] }
    }

    /// A diagnostic that shows the line it is about, unless a password stands in it.
    package func diagnostic(
        at position: SourcePosition,
        _ message: String,
        hint: String? = nil,
        notes: [SourceDiagnostic.Note] = []
    ) -> SourceDiagnostic {
        guard let source = sources.first(where: { $0.file == position.file }) else {
            return SourceDiagnostic(at: position, message, hint: hint, notes: notes)
        }
        return source.diagnostic(at: position, message, hint: hint, notes: notes).withoutSecrets(isSyntax: false)
    }

    /// The hosts of a group and of the groups below it, as indices: the nearer group's first.
    func members(of group: Int) -> [Int] {
        if group == Inventory.all { return Array(hosts.indices) }
        var members: [Int] = []
        var seenHosts: Set<Int> = []
        var seenGroups: Set<Int> = [group]
        var queue = [group]
        var next = 0
        while next < queue.count {
            let current = queue[next]
            next += 1
            for host in groups[current].hosts where seenHosts.insert(host).inserted { members.append(host) }
            for child in groups[current].children where seenGroups.insert(child).inserted { queue.append(child) }
        }
        return members
    }

    /// The variables that each set of groups gives its hosts.
    private static func inheritedVariables(
        hosts: [InventoryHost],
        groups: [InventoryGroup]
    ) -> [[Int]: [String: Variable]] {
        // From the top down, so that a group with one parent needs to add no more than its own variables.
        var merged = Array(repeating: [String: Variable](), count: groups.count)
        for index in groups.indices.sorted(by: { groups[$0].depth < groups[$1].depth }) {
            if groups[index].parents.count == 1 {
                merged[index] = merged[groups[index].parents[0]]
                merged[index].merge(groups[index].ownVariables) { $1 }
            } else {
                merged[index] = mergedVariables(of: [index], in: groups)
            }
        }
        var inherited: [[Int]: [String: Variable]] = [:]
        for host in hosts where inherited[host.groups] == nil {
            let isOne = host.groups.count == 1
            inherited[host.groups] = isOne ? merged[host.groups[0]] : mergedVariables(of: host.groups, in: groups)
        }
        return inherited
    }

    private static func mergedVariables(of direct: [Int], in groups: [InventoryGroup]) -> [String: Variable] {
        groupsByPrecedence(of: direct, in: groups).reduce(into: [:]) { $0.merge(groups[$1].ownVariables) { $1 } }
    }

    /// The groups that a host is in, by way of others too; the one whose variables win comes last.
    private static func groupsByPrecedence(of direct: [Int], in groups: [InventoryGroup]) -> [Int] {
        var seen: Set<Int> = [all]
        var found = [all]
        var queue = direct
        while let index = queue.popLast() {
            guard seen.insert(index).inserted else { continue }
            found.append(index)
            queue += groups[index].parents
        }
        return found.sorted { left, right in
            let (first, second) = (groups[left], groups[right])
            if first.depth != second.depth { return first.depth < second.depth }
            if first.priority != second.priority { return first.priority < second.priority }
            return first.name.unicodeScalars.lexicographicallyPrecedes(second.name.unicodeScalars)
        }
    }
}
