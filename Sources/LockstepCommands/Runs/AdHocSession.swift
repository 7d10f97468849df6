import FleetRunner
import Foundation
import INIFile
import Inventory
import Propagation
import SecureShell
import SystemPackage
import TerminalOutput

/// What the ad hoc verbs share: the hosts that are chosen, the way to them, the screens, Ctrl-C.
struct AdHocSession {
    let options: CommonOptions
    let fleet: LoadedFleet
    let secrets: Secrets
    let hosts: [AdHocHost]
    let connector: SSHConnector
    private let verb: String
    private let warnings: [String]
    private let forks: Int

    /// Prepares a verb for the hosts that `--limit` chooses, or a pattern that is an argument of the verb.
    ///
    /// - Parameter becomes: whether commands run as another user also where the inventory does not ask for it.
    init(_ verb: String, _ options: CommonOptions, hosts pattern: String? = nil, becomes: Bool = false) throws {
        self.verb = verb
        self.options = options
        var whole = options
        whole.limit = nil
        let fleet = try LoadedFleet(whole)
        let secrets = try Secrets(options.secrets, environment: ProcessInfo.processInfo.environment)
        let chosen = try fleet.hosts(
            chosenBy: pattern ?? options.limit,
            given: pattern == nil ? "--limit" : "the pattern"
        )
        (self.fleet, self.secrets) = (fleet, secrets)
        hosts = chosen.map { host in
            AdHocHost(
                name: host.name,
                address: host.address,
                privilege: LoadedFleet.privilege(of: host, secrets, always: becomes)
            )
        }
        // Of the others nothing is asked: no passphrase, and no answer to how they are reached.
        connector = try fleet.connector(secrets, to: chosen)
        let budget = DescriptorBudget.raised()
        let sockets = min(hosts.count, try fleet.sockets(to: chosen))
        forks = budget.places(wanted: options.forks ?? 64, hosts: sockets)
        warnings =
            fleet.warnings
            + [budget.note(places: forks, wanted: options.forks ?? 64, hosts: sockets)].compactMap(\.self)
    }

    /// Where people are told what comes of it.
    var screens: AdHocScreens {
        let width: @Sendable () -> Int = { TerminalSize.columns(of: FileDescriptor.standardError.rawValue) }
        return AdHocScreens(
            output: .standardOutput,
            isTerminal: TerminalSize.isTerminal(FileDescriptor.standardOutput.rawValue),
            notes: .standardError,
            width: TerminalSize.isTerminal(FileDescriptor.standardError.rawValue) ? width : nil,
            hasColour: ProcessInfo.processInfo.environment["NO_COLOR"] == nil
        )
    }

    /// Visits all hosts, and shows what comes of it: by the renderer, or as JSON lines where these are asked for.
    func run(
        _ interruption: Interruption,
        _ renderer: some RunRenderer<AdHocEvent>,
        _ visit: @escaping @Sendable (AdHocHost) async -> AdHocReport
    ) async throws -> AdHocSummary {
        // While the display is on, a question would be hard to see.
        await connector.unlockKeys()
        let display = RunDisplay<AdHocEvent>()
        for warning in warnings { display.publish(.warning(message: warning)) }
        let run = AdHocRun(
            verb: verb,
            hosts: hosts,
            forks: forks,
            interruption: interruption,
            publish: display.publish
        )
        let isJSON = options.json
        return try await UserInterrupts.forward(to: interruption) {
            if isJSON {
                return await display.show(by: JSONRenderer<AdHocEvent>(output: .standardOutput)) { await run(visit) }
            }
            return await display.show(by: renderer) { await run(visit) }
        }
    }
}
