package import INIFile

/// A host of the inventory.
package struct InventoryHost: Sendable, Hashable {
    /// Its name, as written or as made from a range.
    package var name: String
    /// Where it is mentioned first.
    package var position: SourcePosition
    /// The variables that stand beside it; see `Inventory.variables(of:)` for all that it has.
    package var ownVariables: [String: Variable]
    /// The variables from `host_vars`; they win over all others.
    var fileVariables: [String: Variable] = [:]
    /// The groups that list it, as indices of the inventory's groups, in order of mention.
    var groups: [Int]
}
