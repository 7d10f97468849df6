import INIFile

extension FleetBuilder {
    /// The master and the slaves, as far as they can be told.
    mutating func roles() -> (master: InventoryHost?, slaves: [InventoryHost]) {
        let masters = members(of: "master", hint: "add a section [master] with one host")
        var slaves = members(of: "slaves", hint: "add a section [slaves] with at least one host")
        if let first = masters?.first {
            for second in masters?.dropFirst() ?? [] {
                let note = SourceDiagnostic.Note(first.position, "\(quoted(first.name)) is the first")
                let message = "\(quoted(second.name)) is a second master; [master] takes exactly one host"
                let hint = "move it to [slaves]"
                report(.badRole, at: second.position, about: "master", message, hint: hint, notes: [note])
            }
        }
        let masterNames = Set((masters ?? []).map(\.name))
        for host in slaves ?? [] where masterNames.contains(host.name) {
            let notes = ["master", "slaves"].compactMap { role in
                inventory.group(named: role)?.position.map { SourceDiagnostic.Note($0, "[\(role)] begins here") }
            }
            let message = "\(quoted(host.name)) is in [master] and in [slaves]; a host has one of the roles"
            let hint = "take it out of one of the sections"
            report(.badRole, at: host.position, about: "roles", message, hint: hint, notes: notes)
        }
        slaves?.removeAll { masterNames.contains($0.name) }
        for host in (masters ?? []) + (slaves ?? []) { checkName(of: host) }
        return (masters?.first, slaves ?? [])
    }

    private mutating func members(of role: String, hint: String) -> [InventoryHost]? {
        guard let group = inventory.group(named: role) else {
            let position = SourcePosition(file: inventory.file, line: 1, column: 1)
            let others = inventory.groups.map(\.name)
            let near = nearestName(to: role, among: others).flatMap { inventory.group(named: $0) }
            let message = "there is no section [\(role)]"
            guard let near, let nearPosition = near.position else {
                report(.badRole, at: position, about: role, message, hint: hint)
                return nil
            }
            report(.badRole, at: nearPosition, about: role, message, hint: "did you mean [\(role)] by [\(near.name)]?")
            return nil
        }
        let hosts = inventory.hosts(in: group)
        if hosts.isEmpty {
            let position = group.position ?? SourcePosition(file: inventory.file, line: 1, column: 1)
            report(.badRole, at: position, about: role, "the group '\(role)' has no host", hint: hint)
            return nil
        }
        return hosts
    }

    private mutating func checkName(of host: InventoryHost) {
        let bytes = host.name.utf8
        let isFit = bytes.allSatisfy { SettingType.isLetterOrDigit($0) || "_.-".utf8.contains($0) }
        let startsWell = bytes.first.map(SettingType.isLetterOrDigit) ?? false
        if isFit, startsWell, bytes.count <= 63 { return }
        let message: String
        if isFit, startsWell {
            message = "the host name \(quoted(host.name)) has \(bytes.count) bytes; at most 63 were expected"
        } else {
            message = """
                the host name \(quoted(host.name)) serves as a file's and a service's name; \
                letters, digits, '.', '_' and '-' were expected, a letter or digit first
                """
        }
        let hint = "give it another name, and its address as ansible_host=…"
        report(.badHostName, at: host.position, about: host.name, message, hint: hint)
    }
}
