import ArgumentParser

/// The options that answer the questions of `lockstep init`.
struct AnswerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The master: a name, and its address if that is another.", valueName: "name[=address]"))
    var master: String?

    @Option(help: ArgumentHelp("The directory on the master that is mirrored.", valueName: "path"))
    var source: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "A slave, or a range: edge[1:9]=192.0.2.[11:19]. May be given often.",
            valueName: "name[=address]"
        )
    )
    var slave: [String] = []

    @Option(help: ArgumentHelp("The directory on the slaves (default: the master's).", valueName: "path"))
    var target: String?

    @Option(help: ArgumentHelp("One slave's own directory. May be given often.", valueName: "name=path"))
    var slaveTarget: [String] = []

    @Option(help: ArgumentHelp("The user to log in as (default: as ssh does).", valueName: "name"))
    var user: String?

    @Option(help: ArgumentHelp("The private key to log in with (default: as ssh does).", valueName: "file"))
    var key: String?

    @Option(help: ArgumentHelp("How to become root: none, sudo or doas (default: none).", valueName: "way"))
    var become: String?

    /// The answers, with the slaves that are given otherwise.
    func given(slaves: [String]? = nil) -> GivenAnswers {
        var given = GivenAnswers(slaves: slaves ?? slave, slaveTargets: slaveTarget)
        given.master = master
        given.source = source
        given.target = target
        given.user = user
        given.key = key
        given.become = become
        return given
    }

    /// The options among these that say something of the master and the way to all hosts.
    var namesOfFirstAnswers: [String] {
        let values = [
            ("--master", master), ("--source", source), ("--user", user), ("--key", key), ("--become", become),
            ("--slave", slave.first),
        ]
        return values.filter { $0.1 != nil }.map(\.0)
    }
}
