/// A host as a playbook sees it: a name, a role and variables.
package struct PlaybookHost: Sendable, Hashable {
    /// The name in the inventory.
    package var name: String
    /// Whether it is the master.
    package var isMaster: Bool
    /// All its variables, settings with their defaults included.
    package var variables: [String: String]

    /// Makes a host; its own name is the variable `name`.
    package init(name: String, isMaster: Bool, variables: [String: String]) {
        self.name = name
        self.isMaster = isMaster
        self.variables = variables.merging(["name": name]) { _, own in own }
    }
}
