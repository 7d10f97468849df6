extension Setting {
    /// How a directory is mirrored: settings that a section `[sync:NAME]` may have, and slaves as variables.
    static let ofCopies: [Setting] = [
        Setting(
            name: "exclude",
            type: .patterns,
            standard: "",
            owner: .slaves,
            summary: "files that are neither sent nor deleted, as rsync's exclude patterns"
        ),
        Setting(
            name: "include",
            type: .patterns,
            standard: "",
            owner: .slaves,
            summary: "exceptions to 'exclude', as rsync's include patterns"
        ),
        Setting(
            name: "delete",
            type: .choice(["yes", "no", "startup"]),
            standard: "yes",
            owner: .slaves,
            summary: "whether what the source does not have is deleted from the target; 'startup': by full passes only"
        ),
        Setting(
            name: "compress",
            type: .yesNo,
            standard: "no",
            owner: .slaves,
            summary: "whether files are compressed on their way"
        ),
        Setting(
            name: "bandwidth_limit",
            type: .bytesPerSecond,
            standard: "0",
            owner: .slaves,
            summary: "the most that is sent to a slave in a second; 0 is no limit"
        ),
        Setting(
            name: "checksum",
            type: .yesNo,
            standard: "no",
            owner: .slaves,
            summary: "whether files are compared by what is in them, and not by their sizes and times alone"
        ),
        Setting(
            name: "owner_map",
            type: .nameMap,
            standard: "",
            owner: .slaves,
            summary: "which users own the files on the slave, from:to; '*' stands for all others"
        ),
        Setting(
            name: "group_map",
            type: .nameMap,
            standard: "",
            owner: .slaves,
            summary: "which groups the files have on the slave, from:to; '*' stands for all others"
        ),
        Setting(
            name: "mode_map",
            type: .modes,
            standard: "",
            owner: .slaves,
            summary: "which modes the files have on the slave, as rsync's --chmod"
        ),
        Setting(
            name: "hard_links",
            type: .yesNo,
            standard: "no",
            owner: .slaves,
            summary: "whether files that are one stay one"
        ),
        Setting(
            name: "acls",
            type: .yesNo,
            standard: "no",
            owner: .slaves,
            summary: "whether access control lists are kept"
        ),
        Setting(
            name: "xattrs",
            type: .yesNo,
            standard: "no",
            owner: .slaves,
            summary: "whether extended attributes are kept"
        ),
        Setting(
            name: "fake_super",
            type: .yesNo,
            standard: "no",
            owner: .slaves,
            summary: "whether a sync_user other than root notes owners, modes and devices in extended attributes"
        ),
    ]
}
