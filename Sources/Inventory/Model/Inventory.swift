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
        try self.init(parsing: [InventoryFile(name: file, bytes: bytes)])
    }

    /// Reads an inventory that is already a string.
    package init(parsing text: String, file: String) throws(InventoryErrors) {
        try self.init(parsing: [InventoryFile(name: file, bytes: Array(text.utf8))])
    }

    /// Reads the files and directories that `-i` names, with `group_vars` and `host_vars` beside them.
    package init(reading paths: [String]) throws(InventoryErrors) {
        try self.init(parsing: InventoryFiles(reading: paths).files)
    }

    /// Reads several files as one inventory; a later file's variables win.
    package init(parsing files: [InventoryFile]) throws(InventoryErrors) {
        var builder = InventoryBuilder()
        var sources: [SourceText] = []
        for file in files where builder.wants(file) {
            do throws(INIFileError) {
                let parsed = try INIFile(parsing: file.bytes, file: file.name, dialect: .inventory)
                sources.append(parsed.source)
                builder.read(parsed, of: file)
            } catch {
                throw InventoryErrors(InventoryError(.syntax, error.diagnostic))
            }
        }
        try builder.finish()
        hosts = builder.hosts
        groups = builder.groups
        syncs = builder.syncs
        hostIndices = builder.hostIndices
        groupIndices = builder.groupIndices
        warnings = builder.warnings.sorted { $0.position < $1.position }
        self.sources = sources
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
        if host.ownVariables.isEmpty, host.fileVariables.isEmpty { return fromGroups }
        return fromGroups.merging(host.ownVariables) { $1 }.merging(host.fileVariables) { $1 }
    }

    /// All definitions of a variable that reach a host, the one that counts last.
    package func definitions(of variable: String, for host: InventoryHost) -> [(where: String, variable: Variable)] {
        let upper = Inventory.groupsByPrecedence(of: host.groups, in: groups).map { groups[$0] }
        let fromGroups = Inventory.layers(of: groups).flatMap { layer in upper.map { ($0.name, layer($0)[variable]) } }
        let own = [(host.name, host.ownVariables[variable]), (host.name, host.fileVariables[variable])]
        return (fromGroups + own).flatMap { name, found in
            found.map { ($0.earlier + [$0]).map { (name, $0) } } ?? []
        }
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

    /// What is said of groups, from the weakest: in inventories, then in the files of each directory. Files for `all` are
    /// weaker than those for any other group.
    private static func layers(of groups: [InventoryGroup]) -> [(InventoryGroup) -> [String: Variable]] {
        let ranks = Set(groups.flatMap(\.fileVariables.keys)).sorted()
        let isAll = { (group: InventoryGroup) in group.name == groups[all].name }
        let forAll = ranks.map { rank in
            { (group: InventoryGroup) in isAll(group) ? group.fileVariables[rank] ?? [:] : [:] }
        }
        let forOthers = ranks.map { rank in
            { (group: InventoryGroup) in isAll(group) ? [:] : group.fileVariables[rank] ?? [:] }
        }
        return [{ $0.ownVariables }] + forAll + forOthers
    }

    /// The variables that each set of groups gives its hosts.
    private static func inheritedVariables(
        hosts: [InventoryHost],
        groups: [InventoryGroup]
    ) -> [[Int]: [String: Variable]] {
        var inherited: [[Int]: [String: Variable]] = [:]
        for layer in layers(of: groups) {
            let variables = inheritedVariables(groups.map(layer), hosts: hosts, groups: groups)
            inherited.merge(variables) { $0.merging($1) { $1 } }
        }
        return inherited
    }

    private static func inheritedVariables(
        _ variables: [[String: Variable]],
        hosts: [InventoryHost],
        groups: [InventoryGroup]
    ) -> [[Int]: [String: Variable]] {
        // From the top down, so that a group with one parent needs to add no more than its own variables.
        var merged = Array(repeating: [String: Variable](), count: groups.count)
        for index in groups.indices.sorted(by: { groups[$0].depth < groups[$1].depth }) {
            if groups[index].parents.count == 1 {
                merged[index] = merged[groups[index].parents[0]]
                merged[index].merge(variables[index]) { $1 }
            } else {
                merged[index] = mergedVariables(variables, of: [index], in: groups)
            }
        }
        var inherited: [[Int]: [String: Variable]] = [:]
        for host in hosts where inherited[host.groups] == nil {
            let isOne = host.groups.count == 1
            inherited[host.groups] =
                isOne ? merged[host.groups[0]] : mergedVariables(variables, of: host.groups, in: groups)
        }
        return inherited
    }

    private static func mergedVariables(
        _ variables: [[String: Variable]],
        of direct: [Int],
        in groups: [InventoryGroup]
    ) -> [String: Variable] {
        groupsByPrecedence(of: direct, in: groups).reduce(into: [:]) { merged, index in
            merged.merge(variables[index]) { $1 }
        }
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
