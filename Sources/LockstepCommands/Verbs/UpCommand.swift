import ArgumentParser
import FleetRunner

/// `lockstep up`: makes the fleet as the inventory wants it, and proves it.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Make the fleet as the inventory wants it, and prove that files arrive."
    )

    @ParentCommand var lockstep: Lockstep
    @OptionGroup var common: CommonOptions

    @Flag(help: "Send no canaries at the end.")
    var noVerify = false

    @Flag(help: "Let your public key log in on every host, so that the next run needs no password (see --ask-pass).")
    var installMyKey = false

    @OptionGroup var packages: PackageOptions

    @OptionGroup var pruning: PruneOption

    @Option(
        help: ArgumentHelp(
            "Let this slave lose the files that the master does not have; 'all' for every slave. May be given often.",
            valueName: "host"
        ),
        completion: HostCompletion.slave
    )
    var allowDelete: [String] = []

    func run() async throws {
        let allowed = Set(allowDelete)
        let run = try FleetRun(
            .up,
            common.completed(by: lockstep.common),
            proves: !noVerify,
            installsKey: installMyKey,
            bundle: packages.bundle,
            prunes: pruning.prune,
            mayDelete: { allowed.contains("all") || allowed.contains($0) }
        )
        let names = Set(run.hosts.map(\.name))
        if let unknown = allowDelete.first(where: { $0 != "all" && !names.contains($0) }) {
            throw CommandFailure("--allow-delete: there is no slave '\(unknown)' in this run")
        }
        throw FinalExitCode(try await run().exitCode)
    }
}
