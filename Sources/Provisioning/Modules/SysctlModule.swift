import RemoteHost

/// `sysctl`: a kernel setting is at least as high as wished, now and after a reboot.
package struct SysctlModule: Module {
    package static let keyword = "sysctl"
    package static let summary = "A kernel limit is at least this high; it is never lowered."
    package static let parameters: [Parameter] = [
        .required("name", "name of the setting, such as fs.inotify.max_user_watches"),
        .required("value", "value to raise it to, a whole number"),
        .optional("minimum", "value that suffices where the kernel's settings are read-only; without it, 'value'"),
    ]

    private let name: String
    private let value: Int
    private let minimum: Int

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        name = try arguments.text("name")
        guard !name.hasPrefix("-"), !name.contains(".."), name.utf8.allSatisfy(isWordByte) else {
            throw ArgumentError("name", "'name' must be the name of a kernel setting, not '\(name)'")
        }
        _ = try arguments.text("value")
        value = try arguments.number("value") ?? 0
        minimum = try arguments.number("minimum") ?? value
    }

    private var kernelFile: String { "/proc/sys/" + name.split(separator: ".").joined(separator: "/") }
    private var settingsFile: String { "/etc/sysctl.d/60-lockstep-\(name).conf" }
    /// The file's name where another one would be read after it and lower the setting.
    private var lateSettingsFile: String { "/etc/sysctl.d/zz-lockstep-\(name).conf" }

    package var files: [WantedFile] {
        let condition = "where \(name) would not be \(value) or more after a restart"
        return [WantedFile(path: settingsFile, content: .whole("\(name) = \(value)\n"), condition: condition)]
    }

    package var facts: FactSet { FactSet(SysctlFact(name)) }

    package func state(from facts: Facts) throws(PlanError) -> SysctlFact.Value {
        try facts.value(of: SysctlFact(name))
    }

    package func plan(_ state: SysctlFact.Value, in context: PlanContext) throws(PlanError) -> TaskPlan {
        guard state.isWritable else {
            if state.present >= value { return .ok() }
            guard state.present >= minimum else {
                throw PlanError(
                    "\(name) is \(state.present), \(minimum) is needed, and this host's kernel settings are read-only",
                    hint: "raise it on the machine that runs this container: sysctl -w \(name)=\(value)"
                )
            }
            return .ok(note: "\(name) stays at \(state.present), read-only here; \(minimum) suffices")
        }
        let later = state.files.afterRestart
        let lasts = (later?.value ?? 0) >= value
        if lasts, state.present >= value { return .ok() }
        // What was raised higher by hand, or by the kernel itself, is not lowered by the next restart.
        let lasting = max(value, state.present)
        let place =
            lasts
            ? nil
            : [settingsFile, lateSettingsFile].first { file in
                let then = state.files.adding(lasting, in: file, without: [settingsFile, lateSettingsFile])
                return (then.afterRestart?.value ?? 0) >= value
            }
        if !lasts, place == nil, let later {
            let reason = "\(later.file):\(later.line) sets \(name) to \(later.value), and is read after all else"
            guard later.value >= minimum, state.present >= value else {
                throw PlanError(
                    "\(reason): after a restart that is too little",
                    hint: "set it to \(value) or more in \(later.file), or take the line away"
                )
            }
            return .ok(note: "\(reason); \(minimum) suffices")
        }
        return .change(raise(state, lasting, in: place, instead: later))
    }

    /// The change that raises the setting where it is too low, and writes it to a file where there is a place.
    private func raise(
        _ state: SysctlFact.Value,
        _ lasting: Int,
        in place: String?,
        instead later: SysctlFiles.Assignment?
    ) -> Change {
        let isLow = state.present < value
        var steps: [String] = []
        var diff: [String] = isLow ? ["- \(name) = \(state.present)", "+ \(name) = \(value)"] : []
        if let place {
            let other = place == settingsFile ? lateSettingsFile : settingsFile
            steps.append(
                """
                name_aside \(place)
                printf '%s\\n' '\(name) = \(lasting)' >"$new"
                chmod 0644 "$new"
                put_in_place "$new" \(place)
                rm -f -- \(other)
                """
            )
            if !isLow {
                diff += later.map { ["- \(name) = \($0.value) after a restart, by \($0.file):\($0.line)"] } ?? []
                diff.append("+ \(name) = \(lasting) after a restart, by \(place)")
            }
        }
        if isLow { steps.append("printf '%s\\n' \(value) >\(kernelFile)") }
        return Change(
            isLow ? "raise \(name) to \(value)" : "keep \(name) at \(lasting) over a restart",
            diff: diff,
            precondition: "[ \"$(cat \(kernelFile))\" \(isLow ? "-lt" : "-ge") \(value) ]",
            script: steps.joined(separator: "\n"),
            writes: place.map { [$0] } ?? []
        )
    }
}
