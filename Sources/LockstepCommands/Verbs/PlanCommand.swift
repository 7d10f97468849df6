import ArgumentParser
import FleetRunner

/// `lockstep plan`: says what `up` would do, and changes nothing.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Say what 'up' would do; change nothing."
    )

    @ParentCommand var lockstep: Lockstep
    @OptionGroup var common: CommonOptions

    @OptionGroup var packages: PackageOptions

    @OptionGroup var pruning: PruneOption

    @Flag(name: .customLong("detailed-exitcode"), help: "End with 10 when there is something to do.")
    var detailedExitCode = false

    func run() async throws {
        let run = try FleetRun(
            .plan,
            common.completed(by: lockstep.common),
            proves: false,
            bundle: packages.bundle,
            prunes: pruning.prune
        )
        let summary = try await run()
        let hasChanges = summary.hosts.contains { $0.counts.changed > 0 }
        throw FinalExitCode(
            summary.exitCode == RunExitCode.success && detailedExitCode && hasChanges
                ? RunExitCode.changesPlanned : summary.exitCode
        )
    }
}
