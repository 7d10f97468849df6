import INIFile
import Inventory

extension HostExplanation.Fact {
    /// A variable that the inventory sets for a host, under any of a few names of which the last one that is set counts.
    ///
    /// - Parameter value: the value in its one spelling; without it, as it is written.
    init?(_ names: [String], of host: InventoryHost, in inventory: Inventory, value: String? = nil) {
        let definitions = names.flatMap { name in
            inventory.definitions(of: name, for: host).map { place, variable in
                HostExplanation.Definition(name, variable, of: place == host.name ? .host : .group(place))
            }
        }
        guard let name = names.first, let winner = definitions.last else { return nil }
        self.init(
            name: name,
            value: Setting.isSecret(name) ? winner.value : value ?? winner.value,
            source: winner.source,
            overridden: definitions.dropLast().reversed()
        )
    }
}

extension HostExplanation.Definition {
    fileprivate init(_ name: String, _ variable: Variable, of owner: FactSource.Owner) {
        self.init(
            value: Setting.isSecret(name) ? "[redacted]" : variable.value,
            source: .variable(name, of: owner, at: variable.origin)
        )
    }
}

extension HostExplanation {
    /// The settings that count for a host: those of its role with their defaults, and those of the way to it as far as the
    /// inventory sets them, since the defaults of these are told with the way.
    static func settings(of host: InventoryHost, in inventory: Inventory, as role: Role, _ checked: FleetHost?)
        -> [Fact]
    {
        Setting.all.compactMap { setting in
            let isOfRole =
                switch (setting.owner, role) {
                case (.everyHost, _), (.master, .master), (.slaves, .slave): true
                default: false
                }
            // What a directory's copy goes by is told with that copy.
            guard isOfRole, !Setting.ofSync.contains(setting) else { return nil }
            let value = checked?.variables[setting.name]
            if let fact = Fact([setting.name] + setting.aliases, of: host, in: inventory, value: value) { return fact }
            guard setting.owner != .everyHost, let value else { return nil }
            let detail = setting.standard == value ? nil : setting.standard
            return Fact(name: setting.name, value: value, source: .standard(detail))
        }
    }

    /// The variables of a host that are no settings, in alphabetical order.
    static func variables(of host: InventoryHost, in inventory: Inventory) -> [Fact] {
        inventory.variables(of: host).keys.filter { Setting.named($0) == nil }.sorted().compactMap { name in
            Fact([name], of: host, in: inventory)
        }
    }
}
