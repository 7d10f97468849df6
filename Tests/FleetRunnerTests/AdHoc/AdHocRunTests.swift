import Propagation
import RemoteHost
import Synchronization
import Testing

@testable import FleetRunner

@Suite("An ad hoc run", .timeLimit(.minutes(1)))
struct AdHocRunTests {
    private let hosts = (1...20).map { AdHocHost(name: "edge\($0)", address: "192.0.2.\($0)") }
    private let interruption = Interruption()
    private let log = AdHocLog()

    private func run(forks: Int = 8, _ visit: @escaping @Sendable (AdHocHost) async -> AdHocReport) async
        -> AdHocSummary
    {
        let run = AdHocRun(
            verb: "exec",
            hosts: hosts,
            forks: forks,
            interruption: interruption,
            publish: log.publish
        )
        return await run(visit)
    }

    private static func ok(_ host: AdHocHost) -> AdHocReport {
        AdHocReport(host: host.name, output: CommandOutput(exit: .status(0)), seconds: 0)
    }

    @Test("More hosts than forks take turns, and each is visited once", arguments: [1, 3, 64])
    func forks(forks: Int) async {
        let visits = Visits()
        let summary = await run(forks: forks) { host in
            await visits.during(host.name) { for _ in 0..<10 { await Task.yield() } }
            return Self.ok(host)
        }
        #expect(summary.counts == [.ok: 20])
        #expect(summary.exitCode == RunExitCode.success)
        #expect(visits.most <= forks)
        #expect(visits.names.sorted() == hosts.map(\.name).sorted())
        #expect(log.all.first == .started(verb: "exec", hosts: hosts))
        #expect(log.all.last == .finished(summary))
        #expect(log.answers.count == 20)
    }

    @Test(
        "The gravest failure decides the exit code",
        arguments: [
            ([.ok], 0),
            ([.ok, .unreachable], 5),
            ([.ok, .unreachable, .failed], 4),
            ([.ok, .unreachable, .failed, .hostKey], 8),
        ] as [([Kind], Int32)]
    )
    func exitCode(kinds: [Kind], code: Int32) async {
        let summary = await run { host in
            let index = Int(host.name.dropFirst(4)) ?? 0
            return kinds[index % kinds.count].report(host)
        }
        #expect(summary.exitCode == code)
        #expect(summary.counts.values.reduce(0, +) == 20)
    }

    @Test("An interruption lets who was begun come to their end, and begins nobody else")
    func interrupted() async {
        let interruption = interruption
        let gate = OneShot<Void>()
        let log = log
        async let summary = run(forks: 2) { host in
            interruption.request()
            await gate.value
            return Self.ok(host)
        }
        while !log.all.contains(where: { if case .interrupted = $0 { true } else { false } }) { await Task.yield() }
        gate.settle(())
        let end = await summary
        #expect(end.exitCode == RunExitCode.interrupted)
        #expect((end.counts[.ok] ?? 0) <= 2)
        #expect((end.counts[.ok] ?? 0) >= 1)
        #expect(end.counts[.skipped] == 20 - (end.counts[.ok] ?? 0))
        let begun = log.all.compactMap { if case .connecting(let host) = $0 { host } else { nil } }
        #expect(begun.count == end.counts[.ok])
        let waiting = log.all.flatMap { event -> [String] in
            if case .interrupted(let hosts) = event { hosts } else { [] }
        }
        #expect(Set(waiting).isSubset(of: begun))
        #expect(!waiting.isEmpty)
    }

    @Test("A run that nobody interrupts does not say so")
    func uninterrupted() async {
        _ = await run { Self.ok($0) }
        #expect(!log.all.contains { if case .interrupted = $0 { true } else { false } })
    }

    enum Kind: Sendable {
        case ok, unreachable, failed, hostKey

        func report(_ host: AdHocHost) -> AdHocReport {
            switch self {
            case .ok: AdHocRunTests.ok(host)
            case .unreachable:
                AdHocReport(host: host.name, error: RemoteHostError(.unreachable, "no route"), seconds: 0)
            case .failed: AdHocReport(host: host.name, output: CommandOutput(exit: .signal("KILL")), seconds: 0)
            case .hostKey:
                AdHocReport(host: host.name, error: RemoteHostError(.hostKeyRefused, "unknown"), seconds: 0)
            }
        }
    }
}

/// Who is visited, and how many at the same time.
private final class Visits: Sendable {
    private struct State {
        var names: [String] = []
        var now = 0
        var most = 0
    }

    private let state = Mutex(State())

    var most: Int { state.withLock(\.most) }
    var names: [String] { state.withLock(\.names) }

    func during(_ name: String, _ body: () async -> Void) async {
        state.withLock { state in
            state.names.append(name)
            state.now += 1
            state.most = max(state.most, state.now)
        }
        await body()
        state.withLock { $0.now -= 1 }
    }
}

/// The events of an ad hoc run, collected.
private final class AdHocLog: Sendable {
    private let events = Mutex<[AdHocEvent]>([])

    @Sendable func publish(_ event: AdHocEvent) { events.withLock { $0.append(event) } }
    var all: [AdHocEvent] { events.withLock { $0 } }
    var answers: [AdHocReport] {
        all.compactMap { if case .answered(let report) = $0 { report } else { nil } }
    }
}
