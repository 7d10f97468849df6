/// A variable with a meaning to Lockstep: one row of the table that checks, documentation and explanations are made of.
package struct Setting: Sendable, Hashable {
    /// The variable's name.
    package let name: String
    /// Other names that Ansible has for it; where several are set, the last one counts.
    package let aliases: [String]
    /// What its value may be.
    package let type: SettingType
    /// What holds when it is not set; none when it must be, or when it may stay open.
    package let standard: String?
    /// Which hosts it means something to.
    package let owner: Owner
    /// What it is for, in one line.
    package let summary: String

    /// Which hosts a setting means something to.
    package enum Owner: Sendable, Hashable {
        /// Every host of the fleet.
        case everyHost
        /// The master alone.
        case master
        /// Each slave.
        case slaves
        /// A section `[sync:NAME]` alone: no host has it as a variable.
        case sync
    }

    /// Makes a row.
    init(
        name: String,
        aliases: [String] = [],
        type: SettingType,
        standard: String?,
        owner: Owner,
        summary: String
    ) {
        self.name = name
        self.aliases = aliases
        self.type = type
        self.standard = standard
        self.owner = owner
        self.summary = summary
    }

    /// The setting of that name.
    package static func named(_ name: String) -> Setting? { byName[name] }

    private static let byName = Dictionary(
        uniqueKeysWithValues: all.flatMap { setting in ([setting.name] + setting.aliases).map { ($0, setting) } }
    )

    /// The names of variables whose values nobody may see.
    static let secretNames = Set(all.filter { $0.type == .secret }.flatMap { [$0.name] + $0.aliases })

    /// All settings, in the order in which a person meets them.
    package static let all: [Setting] = ofHosts + ofCopies

    private static let ofHosts: [Setting] = [
        Setting(
            name: "source",
            type: .directory,
            standard: nil,
            owner: .master,
            summary: "the master's directory that is mirrored"
        ),
        Setting(
            name: "fleet",
            type: .word,
            standard: "the inventories that mirror one source are one fleet",
            owner: .master,
            summary:
                "the fleet's name, where several inventories have one master: each ends only copies of its own fleet"
        ),
        Setting(
            name: "isolation",
            type: .isolation,
            standard: "auto",
            owner: .master,
            summary: "how many copies share one lsyncd; auto: as few as the master's inotify limits allow"
        ),
        Setting(
            name: "lsyncd_install",
            type: .choice(["package", "source", "none"]),
            standard: "package",
            owner: .master,
            summary: "where lsyncd comes from: the distribution, a tarball (lsyncd_source), or whoever put it there"
        ),
        Setting(
            name: "lsyncd_source",
            type: .file,
            standard: nil,
            owner: .master,
            summary: "a local tarball of lsyncd's sources, which is built on the master"
        ),
        Setting(
            name: "target",
            type: .directory,
            standard: nil,
            owner: .slaves,
            summary: "the slave's directory that becomes its copy; what else is in it is deleted"
        ),
        Setting(
            name: "delay",
            type: .seconds(0...3600),
            standard: "1",
            owner: .slaves,
            summary: "how long changes are gathered before they are sent, in seconds"
        ),
        Setting(
            name: "sync_user",
            type: .systemUser,
            standard: "root",
            owner: .slaves,
            summary: "the slave's user who receives the files"
        ),
        Setting(
            name: "sync_address",
            type: .address,
            standard: "the address at which it is reached from here",
            owner: .slaves,
            summary: "the address at which the master reaches the slave"
        ),
        Setting(
            name: "sync_port",
            type: .port,
            standard: "the port at which it is reached from here",
            owner: .slaves,
            summary: "the SSH port at which the master reaches the slave"
        ),
        Setting(
            name: "sync_from",
            type: .sourceAddresses,
            standard: nil,
            owner: .slaves,
            summary: "where the master may come from, as the slave sees it: addresses, networks or patterns"
        ),
        Setting(
            name: "gate",
            type: .choice(Slave.Gate.allCases.map(\.rawValue)),
            standard: Slave.Gate.receive.rawValue,
            owner: .slaves,
            summary:
                "what the master's key must pass: Lockstep's own gate, or rsync's rrsync, which takes one directory"
        ),
        Setting(
            name: "allow_dangerous_target",
            type: .yesNo,
            standard: "no",
            owner: .slaves,
            summary: "whether the target may be a directory of the system"
        ),
        Setting(
            name: "ansible_host",
            type: .address,
            standard: "the host's name",
            owner: .everyHost,
            summary: "the address at which the host is reached from here, or its name in the ssh configuration"
        ),
        Setting(
            name: "ansible_port",
            type: .port,
            standard: "the ssh configuration's Port, or 22",
            owner: .everyHost,
            summary: "the SSH port at which the host is reached from here"
        ),
        Setting(
            name: "ansible_user",
            type: .loginUser,
            standard: "the ssh configuration's User, or the local user",
            owner: .everyHost,
            summary: "the user to log in as"
        ),
        Setting(
            name: "ansible_ssh_private_key_file",
            type: .file,
            standard: nil,
            owner: .everyHost,
            summary: "the private key to log in with"
        ),
        Setting(
            name: "ansible_password",
            aliases: ["ansible_ssh_pass", "ansible_ssh_password"],
            type: .secret,
            standard: nil,
            owner: .everyHost,
            summary: "the password to log in with"
        ),
        Setting(
            name: "host_key",
            type: .fingerprints,
            standard: nil,
            owner: .everyHost,
            summary: "the fingerprints of its host keys, any of which is taken; known_hosts is not asked then"
        ),
        Setting(
            name: "ansible_ssh_common_args",
            type: .sshArguments,
            standard: nil,
            owner: .everyHost,
            summary: "arguments for ssh, of which those that say how the host is reached take effect"
        ),
        Setting(
            name: "ansible_ssh_extra_args",
            type: .sshArguments,
            standard: nil,
            owner: .everyHost,
            summary: "more arguments for ssh; those of ansible_ssh_common_args win"
        ),
        Setting(
            name: "ansible_connection",
            type: .choice(["ssh"]),
            standard: "ssh",
            owner: .everyHost,
            summary: "how hosts are connected to; there is no other way than ssh"
        ),
        Setting(
            name: "ansible_become",
            type: .yesNo,
            standard: "no",
            owner: .everyHost,
            summary: "whether commands run as another user than the one who logs in"
        ),
        Setting(
            name: "ansible_become_method",
            type: .choice(["sudo", "doas"]),
            standard: "sudo",
            owner: .everyHost,
            summary: "how to become the other user"
        ),
        Setting(
            name: "ansible_become_user",
            type: .loginUser,
            standard: "root",
            owner: .everyHost,
            summary: "the user to become"
        ),
        Setting(
            name: "ansible_become_password",
            aliases: ["ansible_become_pass"],
            type: .secret,
            standard: nil,
            owner: .everyHost,
            summary: "the password to become the other user with"
        ),
    ]
}
