package import INIFile

/// A section `[sync:NAME]`: a directory of the master that is mirrored, as the inventory writes it.
///
/// Ansible has no such sections; it refuses an inventory with them.
package struct SyncSection: Sendable, Hashable {
    /// The name behind `sync:`.
    package var name: String
    /// Where its title stands.
    package var position: SourcePosition
    /// Its lines, each key once.
    package var entries: [INIEntry]
}
