import INIFile
import Inventory

extension HostExplanation {
    /// The directories that are mirrored from a host, or to it, in order of the inventory.
    static func mirrors(of host: InventoryHost, in fleet: Fleet) -> [Mirrored] {
        guard let master = fleet.inventory.host(named: fleet.master.name) else { return [] }
        return fleet.syncs.flatMap { sync in
            let section = sync.name.map { ", by [sync:\($0)]" } ?? ""
            if host.name == master.name {
                let slaves = sync.mirrors.map(\.slave)
                let title = "Mirrored to \(slaves.count) slave\(slaves.count == 1 ? "" : "s")\(section)"
                let source = Fact("source", of: sync, on: master, value: sync.source.text, in: fleet.inventory)
                return [Mirrored(title: title, settings: [source].compactMap(\.self))]
            }
            return sync.mirrors.filter { $0.slave == host.name }.map { mirror in
                let settings = Setting.ofSync.compactMap { setting in
                    let owner = setting.name == "source" ? master : host
                    let value = mirror.settings[setting.name]
                    return Fact(setting.name, of: sync, on: owner, value: value, in: fleet.inventory)
                }
                return Mirrored(title: "Copy of \(master.name):\(sync.source.text)\(section)", settings: settings)
            }
        }
    }
}

extension HostExplanation.Fact {
    /// A setting of a directory that is mirrored: from its section, else a variable of the host, else the default.
    ///
    /// - Parameter value: the value that counts; none for a setting that only the check of the fleet asks for.
    fileprivate init?(
        _ name: String,
        of sync: Sync,
        on host: InventoryHost,
        value: String?,
        in inventory: Inventory
    ) {
        let variable = Setting.named(name) == nil ? nil : HostExplanation.Fact([name], of: host, in: inventory)
        let section = inventory.syncs.first { $0.name == sync.name }
        let entry = section?.entries.first { $0.key == name }
        guard let text = value ?? entry?.value ?? variable?.value else { return nil }
        self.init(
            name: name,
            value: text.isEmpty ? "none" : text.split(separator: "\n").joined(separator: ", "),
            source: variable?.source ?? .standard(nil),
            overridden: variable?.overridden ?? []
        )
        guard let section, let entry else { return }
        if let variable {
            overridden.insert(HostExplanation.Definition(value: variable.value, source: variable.source), at: 0)
        }
        source = .section("sync:\(section.name)", at: entry.keyPosition)
    }
}
