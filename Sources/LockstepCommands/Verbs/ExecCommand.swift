import ArgumentParser
import FleetRunner
import Propagation
import RemoteHost
import TerminalOutput

/// `lockstep exec`: runs a command on many hosts and shows equal answers once.
struct ExecCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run a command on the hosts, and show equal answers once.",
        usage: "lockstep exec [<options>] -- <command> ...",
        discussion: """
            One argument after '--' is a command line for sh, pipes and all. Several are a command and its \
            arguments, and reach it as they are. The command reads an empty file.

            All hosts take part, the master too; --limit chooses among them.
            """
    )

    @ParentCommand var lockstep: Lockstep
    @OptionGroup var common: CommonOptions

    @Flag(
        name: [.customShort("b"), .long],
        help: "Run it as the user that ansible_become_user names, or root; by ansible_become_method, or sudo."
    )
    var become = false

    @Option(help: ArgumentHelp("How long it may take on a host (default: 600).", valueName: "seconds"))
    var timeout: Double?

    @Flag(help: "Show the largest group of equal answers, and of the others what is different.")
    var diff = false

    @Option(
        help: ArgumentHelp(
            "How much of a host's output is kept (default: 10, less with more than 50 hosts).",
            valueName: "megabytes"
        )
    )
    var maxOutput: Int?

    @Argument(help: "The command.")
    var command: [String] = []

    func validate() throws {
        if command.isEmpty { throw ValidationError("there is no command: lockstep exec -- COMMAND") }
        if let timeout, !(timeout > 0 && timeout <= 864_000) {
            throw ValidationError("--timeout must be more than 0 seconds, and 10 days at most")
        }
        if let maxOutput, !(1...4096).contains(maxOutput) {
            throw ValidationError("--max-output must be from 1 to 4096 megabytes")
        }
    }

    func run() async throws {
        let session = try AdHocSession("exec", common.completed(by: lockstep.common), becomes: become)
        if diff, session.options.json { throw CommandFailure("--diff is for people; with --json it has no meaning") }
        let interruption = Interruption()
        let visit = CommandVisit(
            text: Self.line(of: command),
            deadline: .seconds(timeout ?? 600),
            outputLimit: Self.outputLimit(megabytes: maxOutput, hosts: session.hosts.count),
            connector: session.connector,
            interruption: interruption
        )
        let renderer = CommandRenderer(screens: session.screens, showsDifferences: diff)
        let summary = try await session.run(interruption, renderer, visit.callAsFunction)
        throw FinalExitCode(summary.exitCode)
    }

    /// The command line for sh: one word is one already, several are quoted.
    static func line(of words: [String]) -> String {
        words.count == 1 ? words[0] : words.map(shellQuoted).joined(separator: " ")
    }

    /// How many bytes of each host's output are kept: all hosts' together do not fill the memory.
    static func outputLimit(megabytes: Int?, hosts: Int) -> Int {
        if let megabytes { return megabytes * 1_000_000 }
        return max(100_000, min(10_000_000, 500_000_000 / max(1, hosts)))
    }
}
