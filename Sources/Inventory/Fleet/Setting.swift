/// A variable with a meaning to Lockstep: one row of the table that checks, documentation and explanations are made of.
package struct Setting: Sendable, Hashable {
    /// The variable's name.
    package let name: String
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
    }

    /// The setting of that name.
    package static func named(_ name: String) -> Setting? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// All settings, in the order in which a person meets them.
    package static let all: [Setting] = [
        Setting(
            name: "source",
            type: .directory,
            standard: nil,
            owner: .master,
            summary: "the master's directory that is mirrored"
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
            standard: "the value of ansible_host",
            owner: .slaves,
            summary: "the address at which the master reaches the slave"
        ),
        Setting(
            name: "sync_port",
            type: .port,
            standard: "the value of ansible_port",
            owner: .slaves,
            summary: "the SSH port at which the master reaches the slave"
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
            summary: "the address at which the host is reached from here"
        ),
        Setting(
            name: "ansible_port",
            type: .port,
            standard: "22",
            owner: .everyHost,
            summary: "the SSH port at which the host is reached from here"
        ),
        Setting(
            name: "ansible_user",
            type: .loginUser,
            standard: "the local user",
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
    ]
}
