extension Inventory {
    /// The groups and hosts as a tree of lines, in the shape of `ansible-inventory --graph`.
    package func graph() -> String {
        var lines: [String] = []
        // A stack of its own, not recursion: groups may be nested as deep as the file is long.
        var stack: [(group: Int, depth: Int, isClosing: Bool)] = [(Inventory.all, 0, false)]
        while let (group, depth, isClosing) = stack.popLast() {
            guard isClosing else {
                lines.append(indented("@\(groups[group].name):", depth))
                stack.append((group, depth, true))
                for child in groups[group].children.reversed() { stack.append((child, depth + 1, false)) }
                continue
            }
            guard group != Inventory.all else { continue }
            for host in groups[group].hosts { lines.append(indented(hosts[host].name, depth + 1)) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func indented(_ name: String, _ depth: Int) -> String {
        depth == 0 ? name : String(repeating: "  |", count: depth) + "--" + name
    }
}
