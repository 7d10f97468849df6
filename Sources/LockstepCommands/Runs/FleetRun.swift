import BuiltInPlaybooks
import FleetRunner
import Foundation
import INIFile
import Inventory
import Lsyncd
import Playbooks
import Propagation
import Provisioning
import RemoteHost
import SecureShell
import SystemPackage
import TerminalOutput

/// A run as the verbs `up`, `plan` and `verify` start it: fleet, playbook, display, Ctrl-C.
struct FleetRun {
    let options: CommonOptions
    let settings: FleetRunner.Settings
    let fleet: LoadedFleet
    let hosts: [RunHost]
    private let notes: [String]
    private let secrets: Secrets
    private let installsKey: Bool
    private let prunes: Bool

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - proves: whether canaries are sent.
    ///   - installsKey: whether the key that this user logs in with is made known to each host.
    ///   - bundle: the folder that packages come from; none for the hosts' own sources.
    ///   - prunes: whether copies go that the inventory does not have.
    ///   - mayDelete: whether a slave's own files may go, by its name.
    init(
        _ verb: FleetRunner.Verb,
        _ options: CommonOptions,
        proves: Bool,
        installsKey: Bool = false,
        bundle: String? = nil,
        prunes: Bool = false,
        mayDelete: (String) -> Bool = { _ in false }
    ) throws {
        self.options = options
        self.installsKey = installsKey
        self.prunes = prunes
        fleet = try LoadedFleet(options)
        try fleet.checkTarball()
        if let bundle { try Self.check(bundle: bundle) }
        secrets = try Secrets(options.secrets, environment: ProcessInfo.processInfo.environment)
        hosts = fleet.hosts(secrets, bundle: bundle, mayDelete: mayDelete)
        let wanted = options.forks ?? 64
        let budget = DescriptorBudget.raised()
        // A host's connection stays open until the whole run is over.
        let sockets = try fleet.sockets()
        guard budget.holds(sockets) else {
            throw CommandFailure(
                "only \(budget.limit) files may be open, too few for \(sockets) connections at the same time",
                hint: "allow more (ulimit -n), or choose fewer hosts (--limit)"
            )
        }
        let forks = budget.places(wanted: wanted, hosts: sockets, kept: sockets)
        let ownership = verb == .plan ? fleet.ownershipNote : nil
        notes = [budget.note(places: forks, wanted: wanted, hosts: sockets), ownership].compactMap(\.self)
        settings = FleetRunner.Settings(
            verb: verb,
            forks: forks,
            proves: proves,
            deadlines: options.deadlines.ofRun(),
            owner:
                "\(NSUserName())@\(ProcessInfo.processInfo.hostName), process \(ProcessInfo.processInfo.processIdentifier)",
            needsRoot: verb != .verify
        )
    }

    /// Runs, shows what happens, and tells how it came out.
    func callAsFunction() async throws -> RunSummary {
        let display = RunDisplay<RunEvent>()
        let interruption = Interruption()
        let connector = try fleet.connector(secrets)
        // While the display is on, a question would be hard to see.
        await connector.unlockKeys()
        var hosts = hosts
        var playbook = try Self.playbook(for: settings.verb)
        if installsKey {
            let installation = KeyInstallation(connector: connector)
            hosts = try await installation.hosts(hosts)
            playbook = try installation.playbook(before: playbook)
        }
        for warning in fleet.warnings + notes {
            display.publish(.warning(host: nil, message: warning))
        }
        let runner: @Sendable (InstanceLayout, any RemoteHostConnector) throws -> FleetRunner = {
            [hosts, playbook] layout, connector in
            do throws(PlaybookError) {
                return try FleetRunner(
                    hosts: hosts,
                    syncs: fleet.syncs,
                    layout: layout,
                    playbook: playbook,
                    templates: .builtIn,
                    connector: connector,
                    settings: settings,
                    interruption: interruption,
                    publish: display.publish
                )
            } catch {
                throw CommandFailure(error.description)
            }
        }
        // What is wrong with the playbook is told before any host is touched.
        let plain = try runner(fleet.layout(), connector)
        return try await UserInterrupts.forward(to: interruption) {
            guard settings.verb != .verify else { return await display.show(by: renderer) { await plain.run() } }
            let surveyor = MasterSurveyor(fleet: fleet, master: self.hosts[0], connector: connector)
            // The other hosts are connected to while the master is asked.
            let others = self.hosts.dropFirst().prefix(max(0, settings.forks - 1)).map(\.name)
            return try await EarlyConnections.withConnections(to: others, by: connector) { early in
                try await surveyor.withSurvey(interruption, beside: early) { survey, connector in
                    let layout = fleet.layout(survey, prunes: prunes)
                    for warning in surveyor.warnings(of: layout, survey, prunes: prunes) {
                        display.publish(.warning(host: surveyor.master.name, message: warning))
                    }
                    let runner = try runner(layout, connector)
                    return await display.show(by: renderer) { await runner.run() }
                }
            }
        }
    }

    /// Ends the command where a folder is no bundle.
    private static func check(bundle: String) throws {
        do throws(ArgumentError) {
            _ = try PackageBundle(at: bundle)
        } catch {
            throw CommandFailure(error.message, hint: "'lockstep bundle create FOLDER' makes one")
        }
    }

    private static func playbook(for verb: FleetRunner.Verb) throws -> Playbook {
        do throws(PlaybookErrors) {
            return try verb == .verify ? Playbook.verify : Playbook.up
        } catch {
            throw CommandFailure(error)
        }
    }

    private var renderer: any RunRenderer<RunEvent> {
        let output = OutputStream.standardOutput
        if options.json { return JSONRenderer(output: output) }
        let isTerminal = TerminalSize.isTerminal(FileDescriptor.standardOutput.rawValue)
        guard isTerminal, TerminalSize.isTerminal(FileDescriptor.standardError.rawValue) else {
            return PlainRenderer(output: output, verbosity: options.verbose)
        }
        let hasColour = ProcessInfo.processInfo.environment["NO_COLOR"] == nil
        return LiveRenderer(
            output: output,
            progress: OutputStream.standardError,
            width: { TerminalSize.columns(of: FileDescriptor.standardError.rawValue) },
            style: TextStyle(hasColour: hasColour),
            verbosity: options.verbose
        )
    }
}
