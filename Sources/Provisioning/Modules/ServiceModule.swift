import RemoteHost

/// `service`: a service runs, and runs what stands on the disk; or it is masked, so that nothing can start it.
package struct ServiceModule: Module {
    package static let keyword = "service"
    package static let summary = "A service runs what stands on the disk, or is masked."
    package static let parameters: [Parameter] = [
        .required("name", "name of the unit, such as nginx.service"),
        .optional(
            "state",
            "started (the default), or masked: stopped, and kept from starting, even if it is installed later"
        ),
        .optional(
            "manager",
            "what starts the host's services: systemd (the default), openrc, sysvinit or upstart"
        ),
        .optional("enabled", "whether it starts with the host: yes (the default) or no"),
        .optional("record", "file in which the unit notes at its start, as sha256sum prints it, what it runs"),
        .optional("files", "files, separated by spaces, that it must run as they are on the disk"),
    ]

    private let name: String
    private let service: any ManagedService
    private let manager: ServiceManager
    private let isWanted: Bool
    private let isEnabledWanted: Bool
    private let record: String?
    private let files: [String]

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        name = try arguments.text("name")
        guard !name.hasPrefix("-"), name.utf8.allSatisfy(isWordByte) else {
            throw ArgumentError("name", "'name' must be the name of a unit, not '\(name)'")
        }
        manager = try ServiceManager(arguments)
        service = manager.service(name)
        isWanted = try arguments.choice("state", of: ["started", "masked"], default: "started") == "started"
        isEnabledWanted = try arguments.flag("enabled", default: true)
        record = try arguments.optionalText("record")
        files = try arguments.words("files")
        if (record == nil) != files.isEmpty {
            throw ArgumentError("record", "'record' and 'files' belong together: the one tells of the other")
        }
    }

    package var facts: FactSet {
        ServiceState.facts(unit: name, manager: manager, record: record, files: files)
    }

    package func state(from facts: Facts) throws(PlanError) -> ServiceState {
        try ServiceState(facts, unit: name, manager: manager, record: record, files: files)
    }

    package func plan(_ state: ServiceState, in context: PlanContext) throws(PlanError) -> TaskPlan {
        isWanted ? planStarted(state, context) : planMasked(state)
    }

    private func planStarted(_ state: ServiceState, _ context: PlanContext) -> TaskPlan {
        let outdated = state.outdated(files: files, pendingWrites: context.pendingWrites)
        var steps: [String] = []
        var reasons: [String] = []
        let isUnitNew =
            state.properties["NeedDaemonReload"] == "yes"
            || context.pendingWrites.contains { $0.contains("/systemd/system/") }
        // systemd keeps what it has once found of a unit's being enabled until it reads the units anew.
        let readsUnits = manager == .systemd && (isUnitNew || isEnabledWanted && !state.isEnabled)
        if readsUnits { steps.append("reload_units") }
        // Also where it was enabled: an earlier task may have stopped it for good, to be started again here. Whoever asks
        // about a unit that runs and is not enabled yet would make systemd keep that.
        let isEnabledFirst = manager == .systemd && isEnabledWanted
        if isEnabledFirst { steps.append(service.enable) }
        if !state.isEnabled, isEnabledWanted { reasons.append("+ starts with the host") }
        if !state.isRunning {
            reasons.append("+ running")
        }
        reasons += outdated.filter { _ in state.isRunning }.map { "~ runs another \($0)" }
        if !state.isRunning || !outdated.isEmpty {
            steps.append(service.restart)
        }
        if reasons.isEmpty { return .ok() }
        if isEnabledWanted, !isEnabledFirst { steps.append(service.enable) }
        let verb = state.isRunning ? (outdated.isEmpty ? "enable" : "restart") : "start"
        let isStarted = !state.isRunning || !outdated.isEmpty
        return .change(
            Change(
                "\(verb) \(name)",
                diff: reasons,
                script: steps.joined(separator: "\n"),
                laterCheck: isStarted ? service.staysUp : "",
                readsUnits: readsUnits
            )
        )
    }

    private func planMasked(_ state: ServiceState) -> TaskPlan {
        var steps: [String] = []
        var reasons: [String] = []
        if ["active", "activating", "reloading"].contains(state.properties["ActiveState"] ?? "") {
            steps.append(service.stop)
            reasons.append("- running")
        }
        if state.properties["LoadState"] != "masked" {
            steps.append(service.mask)
            reasons.append("+ masked")
        }
        if reasons.isEmpty { return .ok() }
        return .change(Change("mask \(name)", diff: reasons, script: steps.joined(separator: "\n")))
    }
}
