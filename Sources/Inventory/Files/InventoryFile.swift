import INIFile

/// A file that an inventory is made of.
package struct InventoryFile: Sendable {
    /// The file's name as the user gave it, or with the directory that the user gave before it.
    package var name: String
    /// What stands in it.
    package var bytes: [UInt8]
    /// What it says.
    package var content: Content

    /// The place of its directory among those that are read; for variables, a later one counts more.
    package var rank: Int

    /// What a file says.
    package enum Content: Sendable, Hashable {
        /// Hosts, groups and their variables.
        case inventory
        /// The variables of a group, from `group_vars`.
        case groupVariables(String)
        /// The variables of a host, from `host_vars`.
        case hostVariables(String)
    }

    /// Makes a file.
    package init(name: String, bytes: [UInt8], content: Content = .inventory, rank: Int = 0) {
        self.name = name
        self.bytes = bytes
        self.content = content
        self.rank = rank
    }

    /// A fault of the file as a whole.
    static func fault(_ name: String, _ message: String, hint: String?) -> InventoryError {
        let position = SourcePosition(file: name, line: 1, column: 1)
        return InventoryError(.unreadable, SourceDiagnostic(at: position, message, hint: hint))
    }
}
