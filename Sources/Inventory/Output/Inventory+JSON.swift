extension Inventory {
    /// The whole inventory in the shape of `ansible-inventory --list`: groups with their hosts and children, and all
    /// variables of each host in `_meta.hostvars`.
    ///
    /// - Parameter chosen: the names of the hosts that are shown; all of them where there is none.
    package func listJSON(only chosen: Set<String>? = nil) -> String {
        var json = JSONText()
        let shown = hosts.filter { chosen?.contains($0.name) ?? true }
        let withVariables = shown.map { ($0.name, shownVariables(of: $0)) }.filter { !$0.1.isEmpty }
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
            let names = group.hosts.map { hosts[$0].name }.filter { chosen?.contains($0) ?? true }
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
        json.variables(shownVariables(of: host))
        return json.text + "\n"
    }

    /// The variables that Ansible prints: names that it sets itself are not among them, whoever uses them.
    private func shownVariables(of host: InventoryHost) -> [String: Variable] {
        let all = variables(of: host)
        return all.contains { Inventory.internalNames.contains($0.key) }
            ? all.filter { !Inventory.internalNames.contains($0.key) } : all
    }

    /// Ansible's `INTERNAL_STATIC_VARS`.
    private static let internalNames: Set = [
        "ansible_async_path", "ansible_collection_name", "ansible_config_file", "ansible_dependent_role_names",
        "ansible_diff_mode", "ansible_facts", "ansible_forks", "ansible_inventory_sources", "ansible_limit",
        "ansible_play_batch", "ansible_play_hosts", "ansible_play_hosts_all", "ansible_play_role_names",
        "ansible_playbook_python", "ansible_role_name", "ansible_role_names", "ansible_run_tags", "ansible_skip_tags",
        "ansible_verbosity", "ansible_version", "group_names", "groups", "hostvars", "inventory_dir", "inventory_file",
        "inventory_hostname", "inventory_hostname_short", "play_hosts", "playbook_dir", "role_name", "role_names",
        "role_path", "role_uuid",
    ]
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
