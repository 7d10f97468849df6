import INIFile
import RemoteHost

extension FleetBuilder {
    /// What a host's checked settings say of the way to it.
    func connection(_ settings: HostSettings) -> ConnectionSettings {
        let arguments = ["ansible_ssh_common_args", "ansible_ssh_extra_args"].compactMap { name in
            settings.values[name].map {
                ConnectionSettings.Arguments(text: $0, setting: name, position: settings.position(of: name))
            }
        }
        return ConnectionSettings(
            name: settings.host.name,
            address: settings.values["ansible_host"],
            port: settings.values["ansible_port"].flatMap { Int($0) },
            user: settings.values["ansible_user"],
            privateKeyFile: file("ansible_ssh_private_key_file", settings),
            hostKeys: settings.values["host_key"]?.split(separator: ",").map(String.init) ?? [],
            arguments: arguments,
            password: settings.values["ansible_password"].map { Secret($0) },
            becomePassword: settings.values["ansible_become_password"].map { Secret($0) },
            positions: settings.variables.mapValues(\.valuePosition)
        )
    }

    /// A setting's path, with one's own home in place of `~`.
    func file(_ setting: String, _ settings: HostSettings) -> String? {
        guard let file = settings.values[setting] else { return nil }
        guard let home = localUser.home, file == "~" || file.hasPrefix("~/") else { return file }
        return home + file.dropFirst()
    }

    /// How a host is reached; none when that is no address.
    mutating func reach(_ connection: ConnectionSettings, of host: InventoryHost) -> HostReach? {
        let address = connection.address ?? host.name
        let plain = HostReach(address: address, port: connection.port ?? 22, user: connection.user ?? localUser.name)
        let reach = wayThere(connection) ?? plain
        guard (try? HostEndpoint.checkedAddress(reach.address)) == nil else { return reach }
        if let origin = reach.addressOrigin {
            let message = "the ssh configuration (\(origin)) gives \(quoted(host.name)) the HostName "
            report(
                .badValue,
                at: host.position,
                about: host.name,
                message + "\(quoted(reach.address)), which is no address"
            )
        } else if connection.address == nil {
            // The name stands in for the address, so it has to be one.
            report(
                .badValue,
                at: host.position,
                about: host.name,
                "the host name \(quoted(host.name)) is no address, and 'ansible_host' is not set",
                hint: "add ansible_host=… with its address"
            )
        }
        return nil
    }
}

extension Fleet {
    /// What the inventory says of the way to any of its hosts, such as a bastion that is in no role.
    ///
    /// - Returns: none when there is no host of that name.
    /// - Throws: what is wrong with the host's variables.
    package static func connection(
        of name: String,
        in inventory: Inventory,
        localUser: LocalUser
    ) throws(InventoryErrors) -> ConnectionSettings? {
        guard let host = inventory.host(named: name) else { return nil }
        var builder = FleetBuilder(inventory, localUser: localUser)
        let settings = builder.read(host, isSlave: false)
        if let errors = InventoryErrors(builder.errors) { throw errors }
        return builder.connection(settings)
    }
}
