import ArgumentParser
import FleetRunner
import Foundation
import Inventory
import Lsyncd
import Provisioning
import TerminalOutput

/// `lockstep resync`: asks for a full pass of each copy.
struct ResyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resync",
        abstract: "Ask the master for a full pass to each copy, which compares all files.",
        discussion: """
            A path below a source where a file system was mounted once, and is not any more, is left out: the slaves keep \
            what they have of it. --accept-missing says that it is gone for good: the slaves become equal to what is there \
            now, and what they had below the path is deleted.

            The passes are asked for, not waited for: 'lockstep status' says how they go.
            """
    )

    @ParentCommand var lockstep: Lockstep
    @OptionGroup var common: CommonOptions

    @Option(
        help: ArgumentHelp(
            "A mount point at or below a source on the master that is gone for good; may be given several times.",
            valueName: "path"
        )
    )
    var acceptMissing: [String] = []

    func validate() throws {
        for path in acceptMissing {
            guard path.hasPrefix("/"), !("\(path)/").contains("/../"),
                !path.unicodeScalars.contains(where: { $0.value < 32 })
            else {
                throw ValidationError("--accept-missing '\(path)': the path must be absolute, and hold no '..'")
            }
        }
    }

    func run() async throws {
        let options = common.completed(by: lockstep.common)
        let fleet = try LoadedFleet(options)
        let request = try request(to: fleet)
        let secrets = try Secrets(options.secrets, environment: ProcessInfo.processInfo.environment)
        for warning in fleet.warnings { OutputStream.standardError.write("\(warning)\n") }
        let answers = try await ask(request, of: fleet, secrets)
        if options.json {
            var renderer = JSONRenderer<ResyncEvent>(output: .standardOutput)
            for (name, answer) in answers { renderer.show(ResyncEvent(name: name, answer: answer)) }
        } else {
            let width = answers.map(\.name.columns).max() ?? 0
            for (name, answer) in answers {
                OutputStream.standardOutput.write("\(name.padded(to: width))  \(ResyncEvent.words(answer))\n")
            }
        }
        let isAsked = answers.allSatisfy { $0.answer == .asked }
        throw FinalExitCode(isAsked ? RunExitCode.success : RunExitCode.failed)
    }

    /// The copies that `--limit` leaves, or of those the ones to whose sources the missing paths belong.
    private func request(to fleet: LoadedFleet) throws -> ResyncRequest {
        var isBelowASource = Set<String>()
        var copies: [ResyncRequest.Copy] = []
        for sync in fleet.fleet.syncs {
            let places = acceptMissing.compactMap { path in
                ResyncRequest.place(of: path, below: sync.source.text).map { place in
                    isBelowASource.insert(path)
                    return place
                }
            }
            guard acceptMissing.isEmpty || !places.isEmpty else { continue }
            copies += sync.mirrors.map { ResyncRequest.Copy(name: $0.name, missing: places) }
        }
        if let path = acceptMissing.first(where: { !isBelowASource.contains($0) }) {
            throw CommandFailure(
                "--accept-missing: '\(path)' is neither a source of this fleet nor below one",
                hint: "'lockstep status' names the paths that are left out of each copy"
            )
        }
        return ResyncRequest(copies: copies)
    }

    private func ask(
        _ request: ResyncRequest,
        of fleet: LoadedFleet,
        _ secrets: Secrets
    ) async throws -> [(name: String, answer: ResyncRequest.Answer)] {
        let question = MasterQuestion(fleet: fleet, secrets: secrets)
        do {
            let outputs = try await question.make(after: request.facts) { try request.changes(after: $0) }
            if let answers = request.answers(in: outputs) { return answers }
        } catch is PlanError {}
        throw CommandFailure(
            "\(fleet.fleet.master.name) does not say whether its copies were asked for a full pass",
            hint: "Lockstep must be root there (ansible_become=yes)",
            exitCode: RunExitCode.failed
        )
    }
}
