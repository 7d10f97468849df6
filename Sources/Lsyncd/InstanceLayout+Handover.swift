extension InstanceLayout {
    /// Copies that change from one lsyncd to another, all at once: what gives one away stops for it, and so its neighbours
    /// have to wait for the lsyncd that take copies. An lsyncd that several copies share is always part of one.
    package struct Handover: Sendable, Hashable {
        /// The lsyncd of several copies that take part.
        package var shared: [String]
        /// All that there are after it.
        package var instances: [Instance]
        /// The copies that an lsyncd gets which has not had them, though there are settings of them.
        package var arriving: [String]
        /// The copies that stay with their lsyncd, which may have to start again.
        package var staying: [String]
        /// The copies that end with it.
        package var leaving: [String]
        /// Those of them whose place another takes, by their name: its name.
        package var displaced: [String: String]
    }

    /// The handovers that lead from what the master has to what is wanted.
    ///
    /// - Parameters:
    ///   - copies: the names of those that the run is about.
    ///   - keeper: the lsyncd that is to keep each copy.
    ///   - instances: the lsyncd that the run has to do with.
    static func handovers(
        of copies: [String],
        _ keeper: [String: String],
        _ survey: MasterSurvey?,
        _ others: OtherCopies,
        _ instances: [Instance]
    ) -> [Handover] {
        let present = survey?.keepers ?? [:]
        var groups = Groups()
        for instance in instances where instance.isShared { groups.join([instance.name]) }
        var arriving: [String: String] = [:]
        var staying: [String: String] = [:]
        for copy in copies {
            guard let new = keeper[copy] else { continue }
            guard let old = present[copy] else {
                // Of an earlier run that came no further. One without settings is left aside by its lsyncd.
                if survey?.settled.contains(copy) == true { arriving[copy] = new }
                continue
            }
            if old == new {
                staying[copy] = new
            } else {
                arriving[copy] = new
                groups.join([old, new])
            }
        }
        for (old, successors) in others.leaving {
            groups.join([present[old] ?? old] + successors.map { keeper[$0] ?? $0 })
            for copy in successors { (arriving[copy], staying[copy]) = (keeper[copy] ?? copy, nil) }
        }
        return groups.sorted().map { group in
            let leaving = others.leaving.keys.filter { group.contains(present[$0] ?? $0) }.sorted()
            return Handover(
                shared: group.filter { $0.hasPrefix(sharedPrefix) }.sorted(),
                instances: instances.filter { group.contains($0.name) },
                arriving: copies.filter { arriving[$0].map(group.contains) ?? false },
                staying: copies.filter { staying[$0].map(group.contains) ?? false },
                leaving: leaving,
                displaced: others.displaced.filter { leaving.contains($0.key) }
            )
        }
    }

    /// Names in groups, which grow together where they have one in common.
    private struct Groups {
        /// The name by which each is known, or one that leads to it.
        private var leaders: [String: String] = [:]

        /// Puts names into one group, with all that are in a group with any of them.
        mutating func join(_ names: [String]) {
            guard let first = names.first.map({ leader(of: $0) }) else { return }
            for name in names { leaders[leader(of: name)] = first }
        }

        /// The groups in a fixed order.
        mutating func sorted() -> [Set<String>] {
            var groups: [String: Set<String>] = [:]
            for name in leaders.keys { groups[leader(of: name), default: []].insert(name) }
            return groups.values.sorted { ($0.min() ?? "") < ($1.min() ?? "") }
        }

        private mutating func leader(of name: String) -> String {
            var name = name
            while let next = leaders[name], next != name {
                // The way is halved for whoever comes next.
                leaders[name] = leaders[next]
                name = next
            }
            return name
        }
    }
}
