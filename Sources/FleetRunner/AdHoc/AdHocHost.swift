package import RemoteHost

/// A host as an ad hoc verb sees it.
package struct AdHocHost: Sendable, Hashable {
    /// The name in the inventory.
    package var name: String
    /// The name or IP address that it is reached at; messages of many hosts are compared without it.
    package var address: String
    /// The rights that commands run with there.
    package var privilege: Privilege

    /// Makes a host.
    package init(name: String, address: String, privilege: Privilege = .none) {
        self.name = name
        self.address = address
        self.privilege = privilege
    }
}
