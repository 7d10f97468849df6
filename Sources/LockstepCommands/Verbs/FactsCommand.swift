import ArgumentParser
import FleetRunner
import INIFile
import Playbooks
import Propagation
import Provisioning
import TerminalOutput

/// `lockstep facts`: shows what hosts answer to the facts that the tasks of `up` need.
struct FactsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "facts",
        abstract: "Show what hosts answer to the facts that the tasks of 'up' need; change nothing.",
        discussion: """
            A report of a fault begins with this. Of keys, of contents of files and of what else nobody should see \
            there are lengths and checksums at most.
            """
    )

    @ParentCommand var lockstep: Lockstep
    @OptionGroup var common: CommonOptions

    @Argument(
        help: "The hosts, as --limit takes them: names, groups, wildcards, @file; 'all' for all.",
        completion: HostCompletion.pattern
    )
    var pattern: String

    @Argument(help: "Only facts of these kinds, such as 'file' and 'service'.")
    var kind: [String] = []

    func run() async throws {
        let options = common.completed(by: lockstep.common)
        if options.limit != nil {
            throw CommandFailure("--limit has no meaning here: the pattern chooses the hosts")
        }
        let session = try AdHocSession("facts", options, hosts: pattern)
        let facts = try Self.facts(of: session.fleet, session.secrets, kinds: kind)
        let interruption = Interruption()
        let visit = FactsVisit(
            facts: facts,
            deadline: session.fleet.lookDeadline,
            connector: session.connector,
            interruption: interruption
        )
        let renderer = FactsRenderer(screens: session.screens)
        let summary = try await session.run(interruption, renderer, visit.callAsFunction)
        throw FinalExitCode(summary.exitCode)
    }

    /// What each host of the fleet is asked for.
    private static func facts(
        of fleet: LoadedFleet,
        _ secrets: Secrets,
        kinds: [String]
    ) throws -> [String: FactSet] {
        try fleet.checkTarball()
        let outlook = try fleet.outlook(of: fleet.hosts(secrets))
        let facts: [String: FactSet]
        do throws(PlaybookError) {
            facts = try outlook.facts()
        } catch {
            throw CommandFailure(error.description)
        }
        return try limited(facts, to: kinds)
    }

    /// The facts of some kinds, or all where none is named.
    private static func limited(
        _ facts: [String: FactSet],
        to kinds: [String]
    ) throws -> [String: FactSet] {
        guard !kinds.isEmpty else { return facts }
        let known = Set(facts.values.flatMap(\.kinds)).sorted()
        if let unknown = kinds.first(where: { !known.contains($0) }) {
            let nearest = nearestName(to: unknown, among: known).map { "did you mean '\($0)'? " } ?? ""
            throw CommandFailure(
                "there are no facts of a kind \(quoted(unknown))",
                hint: "\(nearest)the kinds are \(known.joined(separator: ", "))"
            )
        }
        return facts.mapValues { $0.limited(to: Set(kinds)) }
    }
}
