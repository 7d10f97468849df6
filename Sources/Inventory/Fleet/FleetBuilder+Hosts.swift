import INIFile

extension FleetBuilder {
    /// A host with its connection; none when a setting of it failed.
    mutating func fleetHost(_ settings: HostSettings, source: AbsolutePath?, isSlave: Bool) -> FleetHost? {
        let host = settings.host
        let connection = connection(settings)
        // Without its right address, whatever is found out about the host would be about another.
        if settings.failed.contains("ansible_host") { return nil }
        guard let reach = reach(connection, of: host), settings.failed.isEmpty else { return nil }
        var values = settings.values.filter { Setting.named($0.key)?.type != .secret }
        values["source"] = source?.text
        values["ansible_ssh_private_key_file"] = connection.privateKeyFile
        let implied = ["ansible_host": reach.address, "ansible_port": String(reach.port), "ansible_user": reach.user]
        values.merge(implied) { given, _ in given }
        if isSlave {
            values.merge(["sync_address": reach.address, "sync_port": String(reach.port)]) { given, _ in given }
        }
        for setting in Setting.all
        where values[setting.name] == nil && FleetBuilder.plainDefaults.contains(setting.name) {
            if setting.owner == .everyHost || isSlave { values[setting.name] = setting.standard }
        }
        let become = values["ansible_become"] == "yes"
        let method = FleetHost.Become.Method(rawValue: values["ansible_become_method"] ?? "sudo") ?? .sudo
        let shown = settings.variables.filter { !Setting.secretNames.contains($0.key) }
        return FleetHost(
            name: host.name,
            position: host.position,
            reach: reach,
            connection: connection,
            become: become ? FleetHost.Become(method: method, user: values["ansible_become_user"] ?? "root") : nil,
            variables: shown.mapValues(\.value).merging(values) { $1 },
            origins: settings.variables.mapValues(\.origin)
        )
    }

    /// The settings whose default is the same text everywhere.
    private static let plainDefaults: Set<String> = [
        "delay", "sync_user", "allow_dangerous_target", "ansible_become", "ansible_become_method",
        "ansible_become_user",
    ]

    /// A slave; none when a setting of it failed.
    mutating func slave(_ settings: HostSettings, source: AbsolutePath?) -> Slave? {
        let target = settings.values["target"].flatMap { try? AbsolutePath(parsing: $0) }
        if let target, !settings.isOn("allow_dangerous_target"),
            let reason = SystemDirectories.reasonAgainstTarget(target)
        {
            let message = "'target' \(quoted(target.text)) \(reason); what it holds would be deleted"
            let hint = "choose a directory of its own, such as /srv/mirror, or set allow_dangerous_target=yes"
            report(.dangerousPath, at: settings.position(of: "target"), about: "target", message, hint: hint)
        }
        guard let host = fleetHost(settings, source: source, isSlave: true), let target,
            let syncPort = Int(host.variables["sync_port"] ?? ""),
            let delay = FleetBuilder.duration(seconds: host.variables["delay"] ?? "")
        else { return nil }
        return Slave(
            host: host,
            target: target,
            syncUser: host.variables["sync_user"] ?? "root",
            syncAddress: host.variables["sync_address"] ?? host.address,
            syncPort: syncPort,
            delay: delay
        )
    }

    /// The duration of a checked number of seconds.
    private static func duration(seconds text: String) -> Duration? {
        let parts = text.split(separator: ".")
        guard let whole = parts.first.flatMap({ Int64($0) }) else { return nil }
        guard parts.count == 2 else { return .seconds(whole) }
        let digits = parts[1] + String(repeating: "0", count: 6 - parts[1].utf8.count)
        return Int64(digits).map { .seconds(whole) + .microseconds($0) }
    }

    /// The directory that is mirrored.
    mutating func readSource(_ master: HostSettings, slaves: [HostSettings]) -> AbsolutePath? {
        for slave in slaves {
            guard let own = slave.variables["source"], own.origin != master.variables["source"]?.origin else {
                continue
            }
            let message = "'source' is the master's directory; it means nothing on the slave \(quoted(slave.host.name))"
            let hint = "put it beside the master, or into [master:vars]; a slave's directory is its 'target'"
            report(.badValue, at: own.origin, about: "source", message, hint: hint)
        }
        guard let text = master.values["source"], let source = try? AbsolutePath(parsing: text) else {
            if !master.failed.contains("source") {
                let message = "the master \(quoted(master.host.name)) has no 'source'"
                let hint = "add source=/srv/data beside it, or 'source = /srv/data' in [all:vars]"
                report(.missingSetting, at: master.host.position, about: "source", message, hint: hint)
            }
            return nil
        }
        if let reason = SystemDirectories.reasonAgainstSource(source) {
            let message = "'source' \(quoted(source.text)) \(reason)"
            let hint = "choose the directory that holds the data"
            report(.dangerousPath, at: master.position(of: "source"), about: "source", message, hint: hint)
            return nil
        }
        return source
    }

    /// Tells of all slaves without a target at once: mostly one line is missing, not a hundred.
    mutating func reportMissingTargets(_ slaves: [HostSettings]) {
        let missing = slaves.filter { $0.variables["target"] == nil && !$0.failed.contains("target") }.map(\.host)
        guard let first = missing.first else { return }
        let names = missing.prefix(3).map { quoted($0.name) }.joined(separator: ", ")
        let rest = missing.count > 3 ? " and \(missing.count - 3) more" : ""
        let message = "no 'target' for \(missing.count == 1 ? "the slave" : "the slaves") \(names)\(rest)"
        let hint = "add target=/srv/data beside each, or 'target = /srv/data' in [slaves:vars]"
        report(.missingSetting, at: first.position, about: "target", message, hint: hint)
    }

    /// Tells of a slave's setting that only the master has.
    mutating func warnOfSettingsWithoutEffect(_ master: HostSettings, slaves: [HostSettings]) {
        for setting in Setting.all where setting.owner == .slaves {
            guard let variable = master.variables[setting.name] else { continue }
            guard !slaves.contains(where: { $0.variables[setting.name]?.origin == variable.origin }) else { continue }
            let message = "'\(setting.name)' is a setting of slaves; on the master it has no effect"
            warn(at: variable.origin, about: setting.name, message, hint: "put it into [slaves:vars]")
        }
    }
}
