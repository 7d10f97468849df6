/// What a loop can run over beside hosts: a directory that is mirrored, or its copy on a slave.
package struct PlaybookItem: Sendable, Hashable {
    /// Its name, which no other item has. A host's name is also that of its part that needs no name of its own.
    package var name: String
    /// Which loops it is an item of.
    package var kind: Kind
    /// The host whose part it is: a failure counts against it, and what the host registers is the item's too.
    package var host: String
    /// The other items that it cannot do without.
    package var needs: [String]
    /// Its variables; with those of its host below them.
    package var variables: [String: String]

    /// What an item is.
    package enum Kind: Sendable, Hashable {
        /// A directory of the master that is mirrored.
        case sync
        /// The copy of such a directory on a slave.
        case mirror
        /// An lsyncd that several copies share.
        case sharedInstance
    }

    /// Whether it is an lsyncd, or a copy that has one of its own.
    package var isInstance: Bool {
        kind == .sharedInstance || kind == .mirror && variables["instance"] == name
    }

    /// Makes an item; its own name is the variable `name`, its host's the variable `host`.
    package init(name: String, kind: Kind, host: String, needs: [String] = [], variables: [String: String] = [:]) {
        self.name = name
        self.kind = kind
        self.host = host
        self.needs = needs.filter { $0 != name }
        self.variables = variables.merging(["name": name, "host": host]) { _, own in own }
    }
}
