import ArgumentParser

/// The options that all verbs have, before the verb or after it.
struct CommonOptions: ParsableArguments {
    @Option(
        name: [.customShort("i"), .long],
        help: ArgumentHelp(
            "The inventory, a file or a directory; several make one (default: $LOCKSTEP_INVENTORY, else ./lockstep.ini).",
            valueName: "file"
        ),
        completion: .file()
    )
    var inventory: [String] = []

    @Option(
        name: [.customShort("F"), .long],
        help: ArgumentHelp(
            "The ssh configuration (default: ~/.ssh/config, then /etc/ssh/ssh_config; 'none' reads none).",
            valueName: "file"
        ),
        completion: .file()
    )
    var sshConfig: String?

    @Option(
        help: ArgumentHelp(
            "The host keys to trust (default: the user's and the system's known_hosts).",
            valueName: "file"
        ),
        completion: .file()
    )
    var knownHosts: String?

    @Flag(help: "Take the key of a host that is not known yet, and record it.")
    var acceptNewHostKeys = false

    @Option(
        help: ArgumentHelp(
            "Only these hosts: names, groups, wildcards, @file. In up, plan and verify the master always takes part.",
            valueName: "pattern"
        ),
        completion: HostCompletion.pattern
    )
    var limit: String?

    @Option(help: ArgumentHelp("How many hosts are worked on at the same time (default: 64).", valueName: "number"))
    var forks: Int?

    @Flag(help: "Print events as JSON, one object a line.")
    var json = false

    @OptionGroup(title: "Passwords and passphrases") var secrets: SecretOptions

    @OptionGroup(title: "Deadlines") var deadlines: DeadlineOptions

    @Flag(name: .shortAndLong, help: "Say more; twice for more still.")
    var verbose: Int

    /// These options, completed by those that stood before the verb. A verb's own list or count has both: the parser
    /// gives an option of both to both.
    func completed(by earlier: CommonOptions) -> CommonOptions {
        var merged = self
        merged.inventory = inventory.isEmpty ? earlier.inventory : inventory
        merged.sshConfig = sshConfig ?? earlier.sshConfig
        merged.knownHosts = knownHosts ?? earlier.knownHosts
        merged.acceptNewHostKeys = acceptNewHostKeys || earlier.acceptNewHostKeys
        merged.limit = limit ?? earlier.limit
        merged.forks = forks ?? earlier.forks
        merged.secrets = secrets.completed(by: earlier.secrets)
        merged.deadlines = deadlines.completed(by: earlier.deadlines)
        merged.json = json || earlier.json
        merged.verbose = max(verbose, earlier.verbose)
        return merged
    }

    /// The files and directories that the inventory is made of; `$LOCKSTEP_INVENTORY` has commas between them.
    func inventoryPaths(_ environment: [String: String]) -> [String] {
        if !inventory.isEmpty { return inventory }
        let paths = environment["LOCKSTEP_INVENTORY", default: ""].split(separator: ",").map(String.init)
        return paths.isEmpty ? ["lockstep.ini"] : paths
    }

    func validate() throws {
        if let forks, forks < 1 { throw ValidationError("--forks must be 1 or more") }
    }
}
