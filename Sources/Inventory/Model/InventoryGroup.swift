package import INIFile

/// A group of the inventory.
package struct InventoryGroup: Sendable, Hashable {
    /// Its name.
    package var name: String
    /// Where its first section stands; none for `all` and `ungrouped` without one.
    package var position: SourcePosition?
    /// The variables of its `:vars` sections.
    package var ownVariables: [String: Variable] = [:]
    /// The variables from `group_vars`, by the place of their directory among those that are read.
    var fileVariables: [Int: [String: Variable]] = [:]
    /// Among groups of one depth, those of a higher priority win (`ansible_group_priority`).
    package var priority = 1
    /// How far below `all` it stands at most; a deeper group's variables win.
    package var depth = 0
    /// Whether a section says that it exists; variables alone do not.
    var isDeclared = false
    /// The hosts that its own sections list, as indices, in order of mention.
    var hosts: [Int] = []
    /// The groups directly below, as indices, in Ansible's order.
    var children: [Int] = []
    /// The groups directly above, as indices.
    var parents: [Int] = []

    /// Makes a group.
    init(name: String, position: SourcePosition?) {
        self.name = name
        self.position = position
    }
}
