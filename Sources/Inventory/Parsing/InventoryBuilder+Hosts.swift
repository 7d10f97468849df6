import INIFile

extension InventoryBuilder {
    /// Takes in a line of a section of hosts.
    mutating func readHostLine(_ line: INILine, group: Int) {
        let words: [HostLine.Word]
        do throws(HostLine.Fault) {
            words = try HostLine(line).words
        } catch {
            switch error {
            case .unclosedQuote(let quote, let position):
                let message = "the quote \(quote) is not closed"
                let hint = "close it, or write \\\(quote) for the character itself"
                report(.badHostLine, position, message, hint: hint)
            case .danglingBackslash(let position):
                report(
                    .badHostLine,
                    position,
                    "a backslash at the end of the line hides nothing",
                    hint: "write \\\\ for one"
                )
            }
            return
        }
        guard let first = words.first, !first.text.isEmpty else {
            return report(.badHostLine, line.position, "a host's name was expected", hint: nil)
        }
        guard first.text != "---" else { return reportYAML(first.position) }
        let address = HostAddress(first.text)
        let variables = readVariables(words.dropFirst())
        if first.text.hasSuffix(":"), address.port == nil {
            let message = "\(quoted(first.text)) ends in a colon; a port was expected after it"
            return report(.badHostLine, first.position, message, hint: "write host:22, or leave the colon out")
        }
        do throws(HostRange.Fault) {
            for name in try HostRange.names(in: address.name) {
                add(name, port: address.port, variables: variables, to: group, at: first.position)
            }
        } catch {
            // The offset is right unless quotes or the brackets of [::1]:22 stand before it, and then it is near.
            let position = first.position.advanced(by: error.offset)
            report(.badRange, position, error.message, hint: "ranges are [1:9], [01:50], [a:f] or [0:10:2]")
        }
    }

    private mutating func readVariables(_ words: ArraySlice<HostLine.Word>) -> [String: Variable] {
        var variables: [String: Variable] = [:]
        for word in words {
            guard let column = word.valueColumn, let equals = word.text.unicodeScalars.firstIndex(of: "=") else {
                let message = "'name=value' was expected, not \(quoted(word.text))"
                let hint = "one host a line; no blanks around '=' beside a host, and quotes around a value with blanks"
                report(.badHostLine, word.position, message, hint: hint)
                // What follows is mostly the same slip, such as the value behind "name = ".
                return variables
            }
            let name = String(word.text.unicodeScalars[..<equals])
            guard checkName(name, at: word.position) else { continue }
            let text = String(word.text.unicodeScalars[equals...].dropFirst())
            let variable = Variable(reading: text, origin: word.position, valueColumn: column)
            variables[name] = variable.replacing(variables[name])
        }
        return variables
    }

    private mutating func add(
        _ name: String,
        port: Int?,
        variables: [String: Variable],
        to group: Int,
        at position: SourcePosition
    ) {
        if let index = hostIndices[name] {
            if variables.isEmpty == false { hosts[index].ownVariables.merge(variables) { $1.replacing($0) } }
            if let port, hosts[index].ownVariables["ansible_port"]?.value != String(port) {
                let first = SourceDiagnostic.Note(hosts[index].position, "\(quoted(name)) is mentioned first here")
                let message = "the port \(port) is not used: only the first mention of a host can give its port"
                warn(position, message, hint: "write ansible_port=\(port)", notes: [first])
            }
            join(index, group)
            return
        }
        var own = variables
        if let port, own["ansible_port"] == nil {
            own["ansible_port"] = Variable(reading: String(port), origin: position, valueColumn: position.column)
        }
        hostIndices[name] = hosts.count
        hosts.append(InventoryHost(name: name, position: position, ownVariables: own, groups: []))
        join(hosts.count - 1, group)
    }

    /// Puts a host into a group.
    mutating func join(_ host: Int, _ group: Int) {
        guard memberships.insert(Membership(host: host, group: group)).inserted else { return }
        groups[group].hosts.append(host)
        hosts[host].groups.append(group)
    }

    /// Takes in a line of a section of variables.
    mutating func readVariable(_ line: INILine, group: Int) {
        guard let entry = line.keyAndValue else {
            let message = "'name = value' was expected in a ':vars' section, not \(quoted(line.text))"
            return report(.badVariable, line.position, message, hint: "hosts go under [group]")
        }
        guard checkName(entry.key, at: entry.keyPosition) else { return }
        let column = entry.valuePosition.column
        var variable = Variable(reading: entry.value, origin: entry.keyPosition, valueColumn: column)
        variable.swallowsComment = variable.value == entry.value && entry.value.contains(" #")
        guard entry.key == "ansible_group_priority" else {
            groups[group].ownVariables[entry.key] = variable.replacing(groups[group].ownVariables[entry.key])
            return
        }
        guard let priority = Int(variable.value) else {
            let message = "'ansible_group_priority' takes a whole number, not \(quoted(variable.value))"
            return report(.badVariable, variable.valuePosition, message, hint: nil)
        }
        groups[group].priority = priority
    }

    /// Whether a name can be a variable; tells of one that is odd.
    mutating func checkName(_ name: String, at position: SourcePosition) -> Bool {
        guard !name.isEmpty else {
            report(.badVariable, position, "a variable's name was expected before '='", hint: nil)
            return false
        }
        let isWord = name.unicodeScalars.allSatisfy { $0.properties.isXIDContinue }
        if !isWord || !(name == "_" || name.hasPrefix("_") || name.unicodeScalars.first?.properties.isXIDStart == true)
        {
            let message = "\(quoted(name)) cannot be used as a variable: a name is letters, digits and '_'"
            warn(position, message, hint: nil)
        }
        return true
    }
}
