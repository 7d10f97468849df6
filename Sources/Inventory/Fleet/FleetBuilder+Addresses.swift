import INIFile

extension FleetBuilder {
    /// Tells of hosts whose lines give them two addresses or ports: the last one counts, as for Ansible, and the other
    /// machine would be left out in silence.
    ///
    /// - Parameter fleet: the names of the master and the slaves; of other hosts it is only odd.
    mutating func reportSecondAddresses(fleet: Set<String>) {
        for host in inventory.hosts {
            for name in ["ansible_host", "ansible_port"] {
                guard let last = host.ownVariables[name],
                    let other = last.earlier.last(where: { !isSame($0, last, name) })
                else { continue }
                let kind = name == "ansible_host" ? "addresses" : "ports"
                let message = """
                    \(quoted(host.name)) stands twice, with two \(kind): \(other.value) \
                    (\(other.origin.fileAndLine)) and \(last.value), of which only the last counts
                    """
                let hint = "give each machine a name of its own, or take one of the two out"
                guard fleet.contains(host.name) else {
                    warn(at: last.origin, about: host.name, message, hint: hint)
                    break
                }
                let note = SourceDiagnostic.Note(other.origin, "the other one is here")
                report(.badHostName, at: last.origin, about: host.name, message, hint: hint, notes: [note])
                break
            }
        }
    }

    private func isSame(_ first: Variable, _ second: Variable, _ name: String) -> Bool {
        guard name == "ansible_host" else { return Int(first.value) == Int(second.value) }
        return HostEndpoint(address: first.value, port: 22) == HostEndpoint(address: second.value, port: 22)
    }
}
