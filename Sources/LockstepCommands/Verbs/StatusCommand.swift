import ArgumentParser
import FleetRunner
import Foundation
import Inventory
import Lsyncd
import Propagation
import Provisioning
import TerminalOutput

/// `lockstep status`: asks the master how replication stands, and changes nothing.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Ask the master how each copy stands, and what is used of its inotify limits.",
        discussion:
            "What lsyncd believes is no proof: 'lockstep verify' sends canaries. The exit code is 4 where a copy is behind or incomplete."
    )

    @ParentCommand var lockstep: Lockstep
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let options = common.completed(by: lockstep.common)
        let fleet = try LoadedFleet(options)
        let secrets = try Secrets(options.secrets, environment: ProcessInfo.processInfo.environment)
        for warning in fleet.warnings { OutputStream.standardError.write("\(warning)\n") }
        let status = try await status(fleet, secrets)
        if options.json {
            var renderer = JSONRenderer<StatusEvent>(output: .standardOutput)
            for event in StatusEvent.all(of: status) { renderer.show(event) }
        } else {
            OutputStream.standardOutput.write(StatusText(status, master: fleet.fleet.master.name).text)
        }
        throw FinalExitCode(
            status.copies.allSatisfy(\.isSound) ? RunExitCode.success : RunExitCode.failed
        )
    }

    private func status(_ fleet: LoadedFleet, _ secrets: Secrets) async throws -> FleetStatus {
        let copies = fleet.fleet.syncs.flatMap(\.mirrors).map(\.name)
        let facts = try await MasterQuestion(fleet: fleet, secrets: secrets).answer(
            to: FleetStatus.facts(copies: copies)
        )
        do throws(PlanError) {
            return try FleetStatus(of: copies, in: facts, known: Set(fleet.copies.map(\.name)))
        } catch {
            throw CommandFailure(
                "\(fleet.fleet.master.name) gives no answer that says how replication stands: \(error.message)",
                hint: error.hint ?? "Lockstep must be root there (ansible_become=yes)",
                exitCode: RunExitCode.failed
            )
        }
    }
}
