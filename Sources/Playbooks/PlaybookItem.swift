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
    /// The handover that an lsyncd takes part in, by its item's name; none where it has copies of its own only.
    package var handover: String?
    /// What has to be so for a handover to be made; of a handover alone.
    package var conditions: HandoverConditions?

    /// What an item is.
    package enum Kind: Sendable, Hashable {
        /// A directory of the master that is mirrored.
        case sync
        /// The copy of such a directory on a slave.
        case mirror
        /// An lsyncd that several copies share.
        case sharedInstance
        /// What lsyncd hand over to each other, all at once.
        case handover
    }

    /// Whether it is an lsyncd, or a copy that has one of its own.
    package var isInstance: Bool {
        kind == .sharedInstance || kind == .mirror && variables["instance"] == name
    }

    /// Makes an item; its own name is the variable `name`, its host's the variable `host`.
    package init(
        name: String,
        kind: Kind,
        host: String,
        needs: [String] = [],
        variables: [String: String] = [:],
        handover: String? = nil,
        conditions: HandoverConditions? = nil
    ) {
        self.name = name
        self.kind = kind
        self.host = host
        self.needs = needs.filter { $0 != name }
        self.variables = variables.merging(["name": name, "host": host]) { _, own in own }
        self.handover = handover
        self.conditions = conditions
    }
}

/// What has to be so for a handover to be made: without it, every lsyncd that takes part stays as it is.
package struct HandoverConditions: Sendable, Hashable {
    /// The lsyncd of several copies that take part.
    package var shared: [String]
    /// The copies that an lsyncd gets, and for which every task must have succeeded.
    package var arriving: [String]
    /// The copies that stay with their lsyncd, and for which no task must have been refused.
    package var staying: [String]

    /// Makes conditions.
    package init(shared: [String], arriving: [String], staying: [String]) {
        self.shared = shared
        self.arriving = arriving
        self.staying = staying
    }

    /// All copies that are waited for.
    package var copies: [String] { arriving + staying }
}
