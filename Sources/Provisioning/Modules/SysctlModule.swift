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
    private var setting: String { "\(name) = \(value)" }

    /// The setting's present value, whether it can be set, and what its file in sysctl.d says.
    package struct State: Sendable, Hashable {
        var present: Int
        var isWritable: Bool
        var file: String
    }

    package var files: [WantedFile] {
        let condition = "where \(name) is lower than \(value)"
        return [WantedFile(path: settingsFile, content: .whole("\(setting)\n"), condition: condition)]
    }

    package var probe: String {
        """
        f=\(kernelFile)
        cat "$f" || exit 1
        if [ -w "$f" ]; then echo writable; else echo read-only; fi
        [ ! -e \(settingsFile) ] || cat \(settingsFile)
        """
    }

    package func state(from output: ProbeOutput) throws(PlanError) -> State {
        let lines = output.lines
        guard output.status == 0, lines.count >= 2, let present = Int(lines[0]) else {
            throw PlanError("this kernel has no setting \(name)")
        }
        return State(
            present: present,
            isWritable: lines[1] == "writable",
            file: lines.dropFirst(2).joined(separator: "\n")
        )
    }

    package func plan(_ state: State, in context: PlanContext) throws(PlanError) -> TaskPlan {
        let isPersistent = state.file == setting
        if state.present >= value {
            return .ok()
        }
        guard state.isWritable else {
            guard state.present >= minimum else {
                throw PlanError(
                    "\(name) is \(state.present), \(minimum) is needed, and this host's kernel settings are read-only",
                    hint: "raise it on the machine that runs this container: sysctl -w \(name)=\(value)"
                )
            }
            return .ok(note: "\(name) stays at \(state.present), read-only here; \(minimum) suffices")
        }
        let file = """
            new=$(mktemp \(settingsFile).XXXXXX)
            trap 'rm -f "$new"' EXIT
            printf '%s\\n' '\(setting)' >"$new"
            chmod 0644 "$new"
            mv -f "$new" \(settingsFile)
            """
        return .change(
            Change(
                "raise \(name) to \(value)",
                diff: ["- \(name) = \(state.present)", "+ \(setting)"],
                precondition: "[ \"$(cat \(kernelFile))\" -lt \(value) ]",
                script: "\(isPersistent ? ":" : file)\nprintf '%s\\n' \(value) >\(kernelFile)",
                writes: [settingsFile]
            )
        )
    }
}
