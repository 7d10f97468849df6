import ArgumentParser
import Foundation
import SecureShell
import SystemPackage
import TerminalOutput

/// `lockstep init`: writes a first inventory by questions and answers, or adds slaves to one.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a first inventory, by questions and answers; or add slaves to one.",
        discussion: """
            What no option answers is asked for. Each answer is checked as it is given, on the hosts too; an answer \
            that cannot be confirmed there is told of, and stays if you say so. Without a terminal nothing is asked, \
            and a missing answer is an error.

            A file that is there is replaced only after asking, or with --force. Where the file may not be written \
            it is printed, and the exit code is 1.
            """
    )

    @ParentCommand var lockstep: Lockstep
    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Answers") var answers: AnswerOptions

    @Option(help: ArgumentHelp("Where the file goes (default: ./lockstep.ini; '-' prints it).", valueName: "file"))
    var output: String?

    @Flag(help: "Replace a file that is there.")
    var force = false

    @Flag(name: .shortAndLong, help: "Take the defaults of what is not answered, and write without asking.")
    var yes = false

    @Flag(help: "Do not look at the hosts.")
    var noCheck = false

    @Flag(help: "Add slaves to the inventory that -i names; all that stands in it stays as it is.")
    var addSlave = false

    @Argument(help: ArgumentHelp("With --add-slave: the slaves, NAME=ADDRESS or ranges.", valueName: "slave"))
    var slaves: [String] = []

    func validate() throws {
        if addSlave {
            if let other = answers.namesOfFirstAnswers.first {
                throw ValidationError("\(other) is for a new inventory; with --add-slave it has no meaning")
            }
        } else if let stray = slaves.first {
            throw ValidationError(
                "'\(stray)' belongs to no option; slaves are given with --slave, or after --add-slave"
            )
        }
    }

    func run() async throws {
        let options = common.completed(by: lockstep.common)
        if options.json { throw CommandFailure("init is for people and writes a file; --json has no meaning with it") }
        if options.limit != nil { throw CommandFailure("init makes an inventory; --limit has no meaning with it") }
        let environment = ProcessInfo.processInfo.environment
        let person = LinePrompt()
        let error = OutputStream(waitingFor: .standardError)
        let isTerminal = TerminalSize.isTerminal(FileDescriptor.standardError.rawValue)
        let run = InitRun(
            options: options,
            placement: InitRun.Placement(output: output, replaces: force, isAgreedTo: yes),
            conversation: InitConversation(
                screen: InitScreen(
                    write: { error.write($0) },
                    width: { isTerminal ? TerminalSize.columns(of: FileDescriptor.standardError.rawValue) : nil }
                ),
                person: person,
                inspector: noCheck ? nil : try inspector(options, environment),
                // What is added has its defaults in the inventory.
                takesDefaults: yes || !slaves.isEmpty
            )
        )
        if addSlave {
            if slaves.isEmpty, person == nil {
                throw CommandFailure(
                    "there is no terminal to ask on",
                    hint: "name the slaves: --add-slave NAME=ADDRESS"
                )
            }
            try await run.addSlaves(answers.given(slaves: slaves), environment: environment)
        } else {
            try await run.make(answers.given())
        }
    }

    private func inspector(_ options: CommonOptions, _ environment: [String: String]) throws -> SSHHostInspector {
        var secrets = try Secrets(options.secrets, environment: environment)
        secrets.passphrases = secrets.passphrases.remembering()
        return SSHHostInspector(options: options, secrets: secrets)
    }
}
