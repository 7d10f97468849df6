import ArgumentParser
import FleetRunner

/// `lockstep verify`: proves that what is written on the master arrives on every slave.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove with canary files that what is written on the master arrives on every slave."
    )

    @ParentCommand var lockstep: Lockstep
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let run = try FleetRun(.verify, common.completed(by: lockstep.common), proves: true)
        throw FinalExitCode(try await run().exitCode)
    }
}
