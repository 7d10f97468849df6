package import INIFile

/// The typed view of an inventory: one master, its slaves, what is mirrored where, and how each host is reached.
///
/// After this point no text from a file is trusted to be sane, because none is left unchecked.
package struct Fleet: Sendable {
    /// The host that is mirrored from.
    package let master: FleetHost
    /// The hosts that are mirrored to, in order of the inventory.
    package private(set) var slaves: [Slave]
    /// The directories that are mirrored, and their copies on the slaves, in order of the inventory.
    package private(set) var syncs: [Sync]
    /// What is odd but not wrong, in the inventory and in the fleet, in the order of the file.
    package let warnings: [SourceDiagnostic]
    /// Those among the warnings that are about slaves whom the master would seek on itself.
    package let loopbackWarnings: [SourceDiagnostic]
    /// The inventory that it comes from.
    package let inventory: Inventory

    /// What settings mean that depend on the user who runs Lockstep.
    package struct LocalUser: Sendable, Hashable {
        /// The user to log in as where the inventory names none.
        package var name: String
        /// What `~` stands for; none leaves it as it is.
        package var home: String?

        /// Makes a local user.
        package init(name: String, home: String? = nil) {
            self.name = name
            self.home = home
        }
    }

    /// Checks an inventory.
    ///
    /// - Parameter wayThere: what the ssh configuration says of the way to a host; where it says nothing, a host is
    ///   reached at its name, at port 22, as the local user.
    /// - Throws: everything that is wrong with it, not only the first.
    package init(
        _ inventory: Inventory,
        localUser: LocalUser,
        wayThere: @escaping (ConnectionSettings) -> HostReach? = { _ in nil }
    ) throws(InventoryErrors) {
        var builder = FleetBuilder(inventory, localUser: localUser, wayThere: wayThere)
        let parts = builder.build()
        if let errors = InventoryErrors(builder.errors) { throw errors }
        guard let parts else {
            let position = SourcePosition(file: inventory.file, line: 1, column: 1)
            throw InventoryErrors(InventoryError(.badRole, inventory.diagnostic(at: position, "there is no fleet")))
        }
        master = parts.master
        slaves = parts.slaves
        syncs = parts.syncs
        loopbackWarnings = builder.loopbackWarnings
        warnings = (inventory.warnings + builder.warnings).sorted { $0.position < $1.position }
        self.inventory = inventory
    }

    /// The fleet with only the slaves that a pattern chooses; the master stays in any case.
    package func limited(to pattern: HostPattern) throws(HostPatternError) -> Fleet {
        let chosen = Set(try pattern.hosts(in: inventory).map(\.name))
        var limited = self
        limited.slaves = slaves.filter { chosen.contains($0.name) }
        for index in syncs.indices { limited.syncs[index].mirrors.removeAll { !chosen.contains($0.slave) } }
        guard !limited.slaves.isEmpty || chosen.contains(master.name) else {
            let message = "chooses hosts that are neither the master nor slaves"
            let hint =
                "the slaves are \(slaves.prefix(3).map(\.name).joined(separator: ", "))\(slaves.count > 3 ? ", …" : "")"
            throw HostPatternError(.noHost, pattern: pattern.text, message, hint: hint)
        }
        return limited
    }
}
