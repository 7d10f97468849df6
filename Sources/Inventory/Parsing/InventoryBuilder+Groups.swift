import INIFile

extension InventoryBuilder {
    /// Tells of groups that are used and have no section.
    mutating func reportUnknownGroups() {
        let known = groups.indices.filter { groups[$0].isDeclared }.map { groups[$0].name }
        for (group, position) in undeclared {
            let name = groups[group].name
            let near = suggestion(for: name, among: known)
            let message = "unknown group \(quoted(name)): it has variables, but no section of its own"
            report(.unknownGroup, position, message, hint: near ?? "add [\(name)] with its hosts")
        }
        for name in expectedNames where expected[name] != nil {
            let near = suggestion(for: name, among: known)
            for expectation in expected[name] ?? [] {
                let message = "unknown group \(quoted(name)): a group listed here needs a section of its own"
                let isHost = hostIndices[name] != nil
                let hint = isHost ? "\(quoted(name)) is a host; hosts go under [group]" : "add [\(name)] with its hosts"
                report(.unknownGroup, expectation.position, message, hint: near ?? hint)
            }
        }
        (undeclared, expected, expectedNames) = ([:], [:], [])
    }

    private func suggestion(for name: String, among known: [String]) -> String? {
        // In a file that is wrong all over, looking through all names for each fault would take minutes.
        guard errors.count < 100 else { return nil }
        return nearestName(to: name, among: known).map { "did you mean '\($0)'?" }
    }

    /// Tells of a group that is below itself.
    mutating func reportCycle() {
        guard let cycle = GroupCycle.find(in: groups) else { return }
        let last = Link(parent: cycle[cycle.count - 2], child: cycle[cycle.count - 1])
        guard let position = links[last] ?? nil else { return }
        let path = cycle.map { groups[$0].name }.joined(separator: " > ")
        report(.groupCycle, position, "this makes a group its own child: \(path)", hint: "take one of the lines out")
    }

    /// Hosts that no group lists belong to `ungrouped`, and no others do.
    mutating func settleUngrouped() {
        for host in hosts.indices {
            let others = hosts[host].groups.filter { $0 != Inventory.ungrouped }
            if others.contains(where: { $0 != Inventory.all }) {
                hosts[host].groups = others
            } else {
                join(host, Inventory.ungrouped)
            }
        }
        groups[Inventory.ungrouped].hosts.removeAll { !hosts[$0].groups.contains(Inventory.ungrouped) }
    }

    /// Gives each group the length of its longest way from `all`; there are no cycles any more.
    mutating func measureDepths() {
        var parentsLeft = groups.map(\.parents.count)
        var queue = [Inventory.all]
        while let group = queue.popLast() {
            for child in groups[group].children {
                groups[child].depth = max(groups[child].depth, groups[group].depth + 1)
                parentsLeft[child] -= 1
                if parentsLeft[child] == 0 { queue.append(child) }
            }
        }
    }
}
