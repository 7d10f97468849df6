/// A host that is mirrored to, everything checked.
package struct Slave: Sendable, Hashable {
    /// The host.
    package let host: FleetHost
    /// The user who receives the files.
    package let syncUser: String
    /// The name or IP address at which the master reaches it; IPv6 without brackets.
    package let syncAddress: String
    /// The SSH port at which the master reaches it, 1 to 65535.
    package let syncPort: Int

    /// The host's name.
    package var name: String { host.name }
}
