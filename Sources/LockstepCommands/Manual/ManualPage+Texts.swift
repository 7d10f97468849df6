extension ManualPage {
    /// What the program is for.
    static let description = """
        Lockstep reads an INI inventory that names a master and its slaves, and over SSH makes lsyncd mirror \
        directories of the master onto the slaves. It then proves it: a run has succeeded when a canary file written \
        on the master was seen on each slave.

        The inventory is written in Ansible's INI dialect. One host is in the group [master], others are in the group \
        [slaves]. What is mirrored is said by the variables source and target, or by sections [sync:NAME] where there \
        are several directories.
        """

    /// What the settings are.
    static let settings = """
        Variables of the inventory with a meaning to Lockstep. They stand beside a host or in a section [GROUP:vars]; \
        those beside the host win, then those of the nearer group. 'lockstep explain HOST' tells which of them count \
        for a host, and where they come from.
        """

    /// What sections of directories are.
    static let sections = """
        Such a section mirrors a directory of its own. It may set source, target, delay, allow_dangerous_target and what \
        stands above from exclude to fake_super; where it does not, the variables of that name count. It may also set:
        """

    /// The variables of the environment that count.
    static let environment = [
        ("LOCKSTEP_INVENTORY", "The inventory, where -i names none."),
        ("LOCKSTEP_PASSWORD", "The password to log in with, where the inventory has none."),
        ("LOCKSTEP_BECOME_PASSWORD", "The password of sudo or doas, where the inventory has none."),
        ("LOCKSTEP_KEY_PASSPHRASE", "The passphrase of the private keys."),
        ("SSH_AUTH_SOCK", "The socket of the agent that is asked for keys."),
        ("HOME, USER", "Where .ssh is, and the user to log in as where nothing else is said."),
        ("NO_COLOR", "Where it is set, nothing is coloured."),
        ("XDG_STATE_HOME", "Where 'lockstep lab' keeps its state, below lockstep/lab; ~/.local/state without it."),
    ]

    /// The files that are read and written.
    static let files = [
        ("lockstep.ini", "The inventory, where neither -i nor $LOCKSTEP_INVENTORY names one."),
        ("~/.ssh/config, /etc/ssh/ssh_config", "How hosts are reached, as ssh reads it."),
        (
            "~/.ssh/known_hosts, /etc/ssh/ssh_known_hosts",
            "The host keys that are trusted, and those with a 2 behind; new ones go into the first."
        ),
        ("~/.ssh/id_ed25519, id_ecdsa, id_rsa", "The keys to log in with, where nothing names others."),
        ("/etc/lockstep", "On the master: the key of replication, the slaves' host keys, lsyncd's settings."),
        ("/usr/local/lib/lockstep", "On all hosts: the programs that replication runs."),
        ("/run/lockstep", "On the master: the reports of the services that run. /run/lockstep.lock is held by a run."),
        ("/var/lib/lockstep", "On the master: what outlives a restart, such as what was mounted below a source."),
    ]
}
