import INIFile
import Inventory
import SecureShell

extension HostExplanation {
    /// Explains a host of the inventory, whatever its role.
    ///
    /// - Parameter environment: what may name an agent or hold a password.
    init(_ host: InventoryHost, in loaded: LoadedFleet, environment: [String: String]) throws {
        let fleet = loaded.fleet
        let slave = fleet.slaves.first { $0.name == host.name }
        let checked = host.name == fleet.master.name ? fleet.master : slave?.host
        let role: Role = slave != nil ? .slave(of: fleet.master.name) : checked != nil ? .master : .none
        let connection: ConnectionSettings
        if let checked {
            connection = checked.connection
        } else {
            connection = try loaded.connection(of: host)
        }
        self.init(
            host: host.name,
            role: role,
            position: host.position,
            groups: fleet.inventory.groups(of: host).map(\.name),
            mirrors: Self.mirrors(of: host, in: fleet),
            way: try WayExplanation(host, connection, checked, in: loaded, environment: environment).facts,
            settings: Self.settings(of: host, in: fleet.inventory, as: role, checked),
            variables: Self.variables(of: host, in: fleet.inventory)
        )
    }
}

extension LoadedFleet {
    /// What the inventory says of the way to a host without a role.
    fileprivate func connection(of host: InventoryHost) throws -> ConnectionSettings {
        let found: ConnectionSettings?
        do throws(InventoryErrors) {
            found = try Fleet.connection(of: host.name, in: fleet.inventory, localUser: routes.localUser)
        } catch {
            throw CommandFailure(error)
        }
        guard let found else { throw CommandFailure("there is no host \(quoted(host.name)) in the inventory") }
        return found
    }
}
