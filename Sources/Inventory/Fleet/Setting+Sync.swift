extension Setting {
    /// What a section `[sync:NAME]` may set, in the order in which a person meets it. What it does not set is taken from
    /// the variable of that name where there is one: `source` of the master, `target`, `delay` and
    /// `allow_dangerous_target` of the slave.
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
        Setting(
            name: "exclude",
            type: .patterns,
            standard: "",
            owner: .sync,
            summary: "files that are neither sent nor deleted, as rsync's exclude patterns"
        ),
        Setting(
            name: "include",
            type: .patterns,
            standard: "",
            owner: .sync,
            summary: "exceptions to 'exclude', as rsync's include patterns"
        ),
        Setting(
            name: "delete",
            type: .choice(["yes", "no", "startup"]),
            standard: "yes",
            owner: .sync,
            summary: "whether what the source does not have is deleted from the target; 'startup': by full passes only"
        ),
        variable("delay"),
        Setting(
            name: "compress",
            type: .yesNo,
            standard: "no",
            owner: .sync,
            summary: "whether files are compressed on their way"
        ),
        Setting(
            name: "bandwidth_limit",
            type: .bytesPerSecond,
            standard: "0",
            owner: .sync,
            summary: "the most that is sent to a slave in a second; 0 is no limit"
        ),
        Setting(
            name: "checksum",
            type: .yesNo,
            standard: "no",
            owner: .sync,
            summary: "whether files are compared by what is in them, and not by their sizes and times alone"
        ),
        Setting(
            name: "owner_map",
            type: .nameMap,
            standard: "",
            owner: .sync,
            summary: "which users own the files on the slave, from:to; '*' stands for all others"
        ),
        Setting(
            name: "group_map",
            type: .nameMap,
            standard: "",
            owner: .sync,
            summary: "which groups the files have on the slave, from:to; '*' stands for all others"
        ),
        Setting(
            name: "mode_map",
            type: .modes,
            standard: "",
            owner: .sync,
            summary: "which modes the files have on the slave, as rsync's --chmod"
        ),
        Setting(
            name: "hard_links",
            type: .yesNo,
            standard: "no",
            owner: .sync,
            summary: "whether files that are one stay one"
        ),
        Setting(
            name: "acls",
            type: .yesNo,
            standard: "no",
            owner: .sync,
            summary: "whether access control lists are kept"
        ),
        Setting(
            name: "xattrs",
            type: .yesNo,
            standard: "no",
            owner: .sync,
            summary: "whether extended attributes are kept"
        ),
        Setting(
            name: "fake_super",
            type: .yesNo,
            standard: "no",
            owner: .sync,
            summary: "whether a sync_user other than root notes owners, modes and devices in extended attributes"
        ),
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
