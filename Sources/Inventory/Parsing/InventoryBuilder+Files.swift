import INIFile

extension InventoryBuilder {
    /// Whether a file is of use: the variables of a host or group that no inventory knows are passed over and told of.
    mutating func wants(_ file: InventoryFile) -> Bool {
        switch file.content {
        case .inventory: return true
        case .groupVariables(let name):
            if groupIndices[name] != nil { return true }
            passOver(file, "group", name, among: groups.map(\.name))
        case .hostVariables(let name):
            if hostIndices[name] != nil { return true }
            passOver(file, "host", name, among: hosts.map(\.name))
        }
        return false
    }

    private mutating func passOver(_ file: InventoryFile, _ kind: String, _ name: String, among names: [String]) {
        // Notes and backups may lie beside the files that are meant.
        guard !InventoryFiles.hasBackupEnding(name) else { return }
        let near = nearestName(to: name, among: names).map { "did you mean '\($0)'?" }
        let message = "the inventory has no \(kind) \(quoted(name)); this file has no effect"
        warn(SourcePosition(file: file.name, line: 1, column: 1), message, hint: near)
    }

    /// Takes in a file of variables.
    mutating func readVariables(_ text: INIFile, of file: InventoryFile) {
        if let section = text.sections.first {
            let message = "a file of variables has no sections; 'name = value' was expected"
            return report(.badVariable, section.position, message, hint: "hosts and groups go into the inventory")
        }
        for line in text.preamble {
            guard let entry = line.keyAndValue else {
                let message = "'name = value' was expected in a file of variables, not \(quoted(line.text))"
                let isYAML = line.text == "---" || line.text.contains(":")
                report(.badVariable, line.position, message, hint: isYAML ? "YAML is not read; write INI" : nil)
                if isYAML { return }
                continue
            }
            guard checkName(entry.key, at: entry.keyPosition) else { continue }
            let column = entry.valuePosition.column
            let variable = Variable(reading: entry.value, origin: entry.keyPosition, valueColumn: column)
            set(entry.key, variable, of: file)
        }
    }

    private mutating func set(_ name: String, _ variable: Variable, of file: InventoryFile) {
        switch file.content {
        case .inventory: return
        case .groupVariables(let group):
            if name == "ansible_group_priority" {
                let hint = "set it in [\(group):vars] of the inventory"
                warn(variable.origin, "'ansible_group_priority' has no effect in group_vars", hint: hint)
            }
            if let index = groupIndices[group] {
                groups[index].fileVariables[file.rank, default: [:]].define(name, variable)
            }
        case .hostVariables(let host):
            if let index = hostIndices[host] { hosts[index].fileVariables.define(name, variable) }
        }
    }
}

extension [String: Variable] {
    /// Sets a variable; what it had before at the same place is kept with it.
    fileprivate mutating func define(_ name: String, _ variable: Variable) {
        self[name] = variable.replacing(self[name])
    }
}
