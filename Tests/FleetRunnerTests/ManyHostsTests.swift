import LockstepTestSupport
import Playbooks
import Propagation
import Provisioning
import RemoteHost
import Testing

@testable import FleetRunner

/// Runs of the engine on many hosts that answer at once.
@Suite("A run on many hosts", .timeLimit(.minutes(2)))
struct ManyHostsTests {
    private let slaves: [String]
    private let log = EventLog()
    private let interruption = Interruption()

    init() {
        slaves = (1...20).map { "edge\($0)" }
    }

    private func run(
        _ fleet: NoteFleet,
        _ playbook: String,
        slaves: [String],
        forks: Int,
        errors: [String: RemoteHostError] = [:],
        whileConnecting: @escaping @Sendable () async -> Void = {}
    ) async throws -> RunSummary {
        let names = ["hub"] + slaves
        let runner = try FleetRunner(
            hosts: names.map { name in
                let host = PlaybookHost(name: name, isMaster: name == "hub", variables: [:])
                return RunHost(host, privilege: .none)
            },
            playbook: Playbook(parsing: playbook, file: "notes.ini", modules: ModuleRegistry([NoteModule.self])),
            templates: TemplateLibrary { _ in nil },
            connector: FakeConnector(
                hosts: Dictionary(uniqueKeysWithValues: names.map { ($0, fleet.host($0)) }),
                errors: errors,
                whileConnecting: whileConnecting
            ),
            settings: FleetRunner.Settings(verb: .up, forks: forks, proves: false, owner: "a test"),
            interruption: interruption,
            publish: log.publish
        )
        return await runner.run()
    }

    static let playbook = """
        [The slaves' keys are read]
        hosts = slaves
        module = note
        name = keys
        register = keys
        [The slaves trust the master]
        hosts = slaves
        module = note
        name = trust
        say = {{ hostvars.master.key }}
        [The master has a key]
        hosts = master
        module = note
        name = key
        register = key
        [The master knows the slave]
        hosts = master
        loop = slaves
        module = note
        name = know
        say = {{ item.keys }}
        [The master is told of the slave]
        hosts = master
        loop = slaves
        module = note
        name = tell
        [The slave is served]
        hosts = master
        loop = slaves
        after = The slaves trust the master
        module = note
        name = serve
        [All are counted]
        hosts = master
        module = note
        name = count
        """

    @Test("More hosts than forks take turns, and all come to their end", arguments: [1, 3, 64])
    func forks(forks: Int) async throws {
        let fleet = NoteFleet { _, _ in for _ in 0..<10 { await Task.yield() } }
        let summary = try await run(fleet, Self.playbook, slaves: slaves, forks: forks)
        #expect(summary.exitCode == RunExitCode.success)
        #expect(fleet.mostAtOnce <= forks)
        #expect(log.tasks.count == 102, "five for each slave, and two of the master's own")
        #expect(log.tasks.allSatisfy { $0.outcome == .changed })
    }

    @Test(
        "A host runs four scripts of changes at most; what becomes due meanwhile is joined into the next",
        arguments: [1, 64]
    )
    func severalScripts(forks: Int) async throws {
        let fleet = NoteFleet { what, name in
            guard what == "make" else { return }
            // One slave after the other, each before the master is done with one before.
            let number = name == "hub" ? 100 : Int(name.dropFirst(4)) ?? 0
            try? await Task.sleep(for: .milliseconds(5 * number))
        }
        let playbook = """
            [The slave is set up]
            hosts = slaves
            module = note
            name = setup
            [The slave is served]
            hosts = master
            loop = slaves
            after = The slave is set up
            module = note
            name = serve
            """
        let summary = try await run(fleet, playbook, slaves: slaves, forks: forks)
        #expect(summary.exitCode == RunExitCode.success)
        #expect(log.tasks.count { $0.outcome == .changed } == 40)
        #expect(fleet.mostScripts(on: "hub") <= 4)
        if forks > 1 {
            #expect(fleet.mostScripts(on: "hub") > 1)
            #expect(fleet.scripts(on: "hub") < 21, "a look, and fewer scripts than slaves")
        }
    }

    @Test("A host is looked at once, and asked no more where nothing is to be done")
    func noOp() async throws {
        let all = ["keys", "trust", "key", "know", "tell", "serve", "count"]
        let fleet = NoteFleet(seeing: Dictionary(uniqueKeysWithValues: all.map { ($0, "ok value") }))
        let summary = try await run(fleet, Self.playbook, slaves: slaves, forks: 8)
        #expect(summary.exitCode == RunExitCode.success)
        for host in ["hub"] + slaves { #expect(fleet.scripts(on: host) == 1, "on \(host)") }
        #expect(log.tasks.allSatisfy { $0.outcome == .ok })
    }

    @Test("An interruption lets what runs come to its end, and begins nothing more")
    func interrupted() async throws {
        let interruption = interruption
        let fleet = NoteFleet { what, _ in if what == "make" { interruption.request() } }
        let summary = try await run(fleet, "[A note]\nhosts = all\nmodule = note\nname = one", slaves: slaves, forks: 1)
        #expect(summary.exitCode == RunExitCode.interrupted)
        let made = log.tasks.filter { $0.outcome == .changed }
        #expect(made.count == 1, "one place, one change: the others had not begun")
        #expect(log.tasks.count == 21)
        #expect(log.all.contains(.interrupted))
    }

    @Test("Hosts whose turn has not come at an interruption are not connected to")
    func interruptedBeforeTheirTurn() async throws {
        let interruption = interruption
        let fleet = NoteFleet { _, _ in interruption.request() }
        let summary = try await run(fleet, Self.playbook, slaves: slaves, forks: 1)
        #expect(summary.exitCode == RunExitCode.interrupted)
        #expect(log.all.count { if case .connecting = $0 { true } else { false } } == 1)
        #expect(summary.hosts.allSatisfy { $0.outcome == .skipped })
    }

    @Test("Hosts that are still being connected to at an interruption are not looked at")
    func interruptedWhileConnecting() async throws {
        let interruption = interruption
        let fleet = NoteFleet()
        let summary = try await run(fleet, Self.playbook, slaves: slaves, forks: 64) { interruption.request() }
        #expect(summary.exitCode == RunExitCode.interrupted)
        for host in ["hub"] + slaves { #expect(fleet.scripts(on: host) == 0, "on \(host)") }
        #expect(summary.hosts.allSatisfy { $0.outcome == .skipped })
    }

    @Test("With five hundred hosts the work grows with their number, not with its square")
    func fiveHundred() async throws {
        let many = (1...500).map { "edge\($0)" }
        let errors = [
            "edge7": RemoteHostError(.unreachable, "no route"), "edge77": RemoteHostError(.timedOut, "no answer"),
        ]
        let summary = try await run(NoteFleet(), Self.playbook, slaves: many, forks: 64, errors: errors)
        #expect(summary.exitCode == RunExitCode.unreachable)
        #expect(summary.hosts.count { $0.outcome == .changed } == 499)
        let outcomes = Dictionary(grouping: log.tasks, by: \.outcome).mapValues(\.count)
        #expect(outcomes == [.changed: 2492, .skipped: 10])
    }
}
