import INIFile

/// A host's variables with the settings among them checked; a setting that failed its check counts as not set.
struct HostSettings {
    /// The host.
    let host: InventoryHost
    /// All variables that it has.
    let variables: [String: Variable]
    /// The settings in their one spelling.
    var values: [String: String] = [:]
    /// The settings that were set but failed, or were misspelt.
    var failed: Set<String> = []

    /// Where a setting's value stands, or else the host.
    func position(of setting: String) -> SourcePosition { variables[setting]?.valuePosition ?? host.position }

    /// Whether a setting is on.
    func isOn(_ setting: String) -> Bool { values[setting] == "yes" }
}

extension FleetBuilder {
    /// Checks all variables of a host that mean something to it.
    ///
    /// - Parameter isSlave: whether the settings of slaves count. On another host such a name may be the user's own, and
    ///   its value anything.
    mutating func read(_ host: InventoryHost, isSlave: Bool) -> HostSettings {
        var settings = HostSettings(host: host, variables: inventory.variables(of: host))
        for (name, variable) in settings.variables {
            guard let setting = Setting.named(name) else {
                // The setting that was meant is told of once: not again as one that is missing.
                if let meant = checkOther(name, variable) { settings.failed.insert(meant) }
                continue
            }
            guard isSlave || setting.owner != .slaves else { continue }
            // Of a setting with several names, the last one of the table counts.
            let winner = setting.aliases.last { settings.variables[$0] != nil } ?? name
            do throws(SettingFault) {
                let value = try setting.type.normalized(variable)
                if name == winner { settings.values[setting.name] = value }
            } catch {
                settings.failed.insert(setting.name)
                let place = variable.valuePosition
                report(error, of: setting, calledBy: name, variable.value, at: place, isVariable: true)
            }
            warnOfSwallowedComment(name, variable)
        }
        return settings
    }

    /// Tells of a value that is not of its setting's type; a secret is not shown.
    mutating func report(
        _ fault: SettingFault,
        of setting: Setting,
        calledBy name: String,
        _ text: String,
        at position: SourcePosition,
        isVariable: Bool = false
    ) {
        let reason = fault.reason.map { ": \($0)" } ?? ""
        let value = setting.type == .secret ? "this one" : quoted(text)
        let message = "'\(name)' takes \(setting.type.summary), not \(value)\(reason)"
        let standard = setting.standard.map { $0.isEmpty ? "" : "; without it: \($0)" } ?? ""
        var hint = "'\(setting.name)' is \(setting.summary)\(standard)"
        if isVariable, Setting.ofCopies.contains(setting) { hint += "; a variable of your own needs another name" }
        report(.badValue, at: position, about: name, message, hint: hint)
    }

    /// Looks at a variable that is not a setting: one of Ansible's, the user's own, or a slip of the pen.
    ///
    /// - Returns: the setting that a slip was meant for.
    private mutating func checkOther(_ name: String, _ variable: Variable) -> String? {
        if !FleetBuilder.namesOfAnsible.contains(name), let meant = settingMeant(by: name) {
            let message = "unknown setting \(quoted(name)); did you mean '\(meant)'?"
            let hint = "a variable of your own needs a name that differs from every setting by more than two letters"
            report(.misspeltSetting, at: variable.origin, about: name, message, hint: hint)
            return meant
        }
        if name.hasPrefix("ansible_"), !name.hasSuffix("_interpreter") {
            let successor = [
                "ansible_ssh_host": "ansible_host", "ansible_ssh_port": "ansible_port",
                "ansible_ssh_user": "ansible_user",
            ]
            let hint = successor[name].map { "write \($0)" }
            let message = "\(quoted(name)) means something to Ansible, but nothing to Lockstep"
            warn(at: variable.origin, about: name, message, hint: hint)
        }
        return nil
    }

    /// Variables of Ansible's that are nearly settings, and no slips.
    private static let namesOfAnsible: Set<String> = ["ansible_scp_extra_args", "ansible_sftp_extra_args"]

    private mutating func warnOfSwallowedComment(_ name: String, _ variable: Variable) {
        guard variable.swallowsComment else { return }
        let message =
            "the '#' is part of the value of '\(name)': in a ':vars' section only a line of its own is a comment"
        warn(at: variable.valuePosition, about: "comment", message, hint: "move the comment to a line of its own")
    }
}
