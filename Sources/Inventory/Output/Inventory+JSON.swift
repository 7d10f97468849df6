extension Inventory {
    /// The whole inventory in the shape of `ansible-inventory --list`: groups with their hosts and children, and all
    /// variables of each host in `_meta.hostvars`.
    package func listJSON() -> String {
        var json = JSONText()
        let withVariables = hosts.map { ($0.name, variables(of: $0)) }.filter { !$0.1.isEmpty }
        var members: [(key: String, write: (inout JSONText) -> Void)] = [
            (
                "_meta",
                { json in
                    json.object([
                        (
                            "hostvars",
                            { json in
                                json.object(
                                    withVariables.map { name, variables in (name, { $0.variables(variables) }) }
                                )
                            }
                        )
                    ])
                }
            )
        ]
        for (index, group) in groups.enumerated() {
            var content: [(key: String, write: (inout JSONText) -> Void)] = []
            let names = group.hosts.map { hosts[$0].name }
            let children = group.children.map { groups[$0].name }
            if index != Inventory.all, !names.isEmpty {
                content.append(("hosts", { json in json.array(names) { $0.string($1) } }))
            }
            if !children.isEmpty { content.append(("children", { json in json.array(children) { $0.string($1) } })) }
            if !content.isEmpty { members.append((group.name, { $0.object(content) })) }
        }
        json.object(members)
        return json.text + "\n"
    }

    /// All variables of one host in the shape of `ansible-inventory --host`.
    package func hostJSON(_ host: InventoryHost) -> String {
        var json = JSONText()
        json.variables(variables(of: host))
        return json.text + "\n"
    }
}

extension JSONText {
    fileprivate mutating func variables(_ variables: [String: Variable]) {
        object(
            variables.map { name, variable in
                (
                    name,
                    { json in
                        if Setting.secretNames.contains(name) { return json.string("[redacted]") }
                        if let literal = variable.literal { json.literal(literal) } else { json.string(variable.value) }
                    }
                )
            }
        )
    }
}
