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
            ExecCommand.self, PingCommand.self,
            InitCommand.self, InventoryCommand.self, ExplainCommand.self, LintCommand.self, RenderCommand.self,
            BundleCommand.self, LabCommand.self, CompletionCommand.self, ManualCommand.self,
        ]
    )

    @OptionGroup var common: CommonOptions

    package init() {}

    /// Runs the program, and ends it with the right exit code.
    package static func run() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            throw FinalExitCode(RunExitCode.success)
        } catch let error as CommandFailure {
            error.show()
            exit(withError: ExitCode(error.exitCode))
        } catch let final as FinalExitCode {
            if let failure = OutputStream.standardOutput.failure {
                CommandFailure("the output could not be written: \(failure)").show()
                exit(withError: ExitCode(final.code == RunExitCode.success ? RunExitCode.output : final.code))
            }
            exit(withError: ExitCode(final.code))
        } catch {
            let code = exitCode(for: error)
            if code == .success { exit(withError: error) }
            CommandFailure(String(fullMessage(for: error).trimmingPrefix("Error: ")), exitCode: 2).show()
            exit(withError: ExitCode(2))
        }
    }
}
