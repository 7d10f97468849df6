package import INIFile

extension Fleet {
    /// What is odd in an inventory, also where it makes no fleet; in the order of the file.
    package static func warnings(
        of inventory: Inventory,
        localUser: LocalUser,
        wayThere: @escaping (ConnectionSettings) -> HostReach? = { _ in nil }
    ) -> [SourceDiagnostic] {
        var builder = FleetBuilder(inventory, localUser: localUser, wayThere: wayThere)
        _ = builder.build()
        return (inventory.warnings + builder.warnings).sorted { $0.position < $1.position }
    }
}
