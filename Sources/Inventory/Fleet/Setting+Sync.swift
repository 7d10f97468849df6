extension Setting {
    /// What a section `[sync:NAME]` may set, in the order in which a person meets it. What it does not set is taken from
    /// the variable of that name: `source` of the master, all others of the slave. `to` alone is no variable.
    package static let ofSync: [Setting] = [
        variable("source"),
        variable("target"),
        Setting(
            name: "to",
            type: .hostPattern,
            standard: "slaves",
            owner: .sync,
            summary: "the slaves that get a copy, as a host pattern"
        ),
        variable("exclude"),
        variable("include"),
        variable("delete"),
        variable("delay"),
        variable("compress"),
        variable("bandwidth_limit"),
        variable("checksum"),
        variable("owner_map"),
        variable("group_map"),
        variable("mode_map"),
        variable("hard_links"),
        variable("acls"),
        variable("xattrs"),
        variable("fake_super"),
        variable("allow_dangerous_target"),
    ]

    /// The setting of a section of that name.
    static func ofSync(named name: String) -> Setting? { ofSync.first { $0.name == name } }

    /// The settings of a section that playbooks and templates see; the others have done their work by then.
    static let ofMirror = ofSync.filter { $0.name != "to" && $0.name != "allow_dangerous_target" }

    private static func variable(_ name: String) -> Setting {
        guard let setting = named(name) else { preconditionFailure("no setting \(name)") }
        return setting
    }
}
