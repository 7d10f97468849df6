package import ArgumentParser
import FleetRunner
import TerminalOutput

/// The command line: verbs, and options that may stand before or after them.
package struct Lockstep: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "lockstep",
        abstract: "Mirrors a master's directory onto slaves with lsyncd, and proves that it arrives.",
        discussion: "Exit codes: "
            + RunExitCode.meanings.map { "\($0.code) \($0.meaning)" }.joined(separator: "; ") + ".",
        version: "0.1.0",
        subcommands: [
            UpCommand.self, PlanCommand.self, VerifyCommand.self, StatusCommand.self, ResyncCommand.self,
            ExecCommand.self, PingCommand.self, FactsCommand.self,
            InitCommand.self, InventoryCommand.self, ExplainCommand.self, LintCommand.self, RenderCommand.self,
            DocCommand.self, BundleCommand.self, LabCommand.self, CompletionCommand.self, ManualCommand.self,
        ]
    )

    @OptionGroup var common: CommonOptions

    package init() {}

    /// Runs the program, and ends it with the right exit code, once all that it printed was read.
    package static func run() async {
        let end = await runVerb()
        await OutputStream.drainStandardStreams()
        guard let code = (end as? FinalExitCode)?.code else { exit(withError: end) }
        if let failure = OutputStream.standardOutput.failure {
            CommandFailure("the output could not be written: \(failure)").show()
            await OutputStream.drainStandardStreams()
            exit(withError: ExitCode(code == RunExitCode.success ? RunExitCode.output : code))
        }
        exit(withError: ExitCode(code))
    }

    /// Runs the verb, and tells how it ended: by an exit code, or by what the parser shows.
    private static func runVerb() async -> any Error {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            if arguments.contains(where: { $0.isEmpty || $0.hasSuffix("=") }),
                let empty = EmptyValue.first(in: arguments, of: try CommandDescription.program())
            {
                throw empty.failure
            }
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return FinalExitCode(RunExitCode.success)
        } catch let error as CommandFailure {
            error.show()
            return ExitCode(error.exitCode)
        } catch let final as FinalExitCode {
            return final
        } catch {
            let code = exitCode(for: error)
            if code == .success { return error }
            CommandFailure(String(fullMessage(for: error).trimmingPrefix("Error: ")), exitCode: 2).show()
            return ExitCode(2)
        }
    }
}
