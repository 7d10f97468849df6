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
        values["lsyncd_source"] = file("lsyncd_source", settings)
        let implied = ["ansible_host": reach.address, "ansible_port": String(reach.port), "ansible_user": reach.user]
        values.merge(implied) { given, _ in given }
        if isSlave {
            values.merge(["sync_address": reach.address, "sync_port": String(reach.port)]) { given, _ in given }
        }
        for setting in Setting.all
        where values[setting.name] == nil && FleetBuilder.plainDefaults.contains(setting.name) {
            if setting.owner == .everyHost || (setting.owner == .slaves) == isSlave {
                values[setting.name] = setting.standard
            }
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
        "delay", "gate", "lsyncd_install", "sync_user", "allow_dangerous_target", "ansible_become",
        "ansible_become_method",
        "ansible_become_user",
    ]

    /// A slave; none when a setting of it failed.
    mutating func slave(_ settings: HostSettings, source: AbsolutePath?) -> Slave? {
        guard let host = fleetHost(settings, source: source, isSlave: true),
            let syncPort = Int(host.variables["sync_port"] ?? "")
        else { return nil }
        return Slave(
            host: host,
            syncUser: host.variables["sync_user"] ?? "root",
            syncAddress: host.variables["sync_address"] ?? host.address,
            syncPort: syncPort,
            gate: host.variables["gate"].flatMap(Slave.Gate.init) ?? .receive
        )
    }

    /// Tells where it is asked for another lsyncd than can be had.
    mutating func checkInstallation(_ master: HostSettings) {
        guard !master.failed.contains("lsyncd_install"), !master.failed.contains("lsyncd_source") else { return }
        let isBuilt = master.values["lsyncd_install"] == "source"
        if isBuilt, master.values["lsyncd_source"] == nil {
            report(
                .missingSetting,
                at: master.position(of: "lsyncd_install"),
                about: "lsyncd_source",
                "'lsyncd_install=source' needs a tarball, and 'lsyncd_source' is not set",
                hint: "add lsyncd_source=… with a tarball of lsyncd 2.2.2 or later on this machine"
            )
        }
        if !isBuilt, master.values["lsyncd_source"] != nil {
            let message = "'lsyncd_source' has no effect without 'lsyncd_install=source'"
            warn(at: master.position(of: "lsyncd_source"), about: "lsyncd_source", message)
        }
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
