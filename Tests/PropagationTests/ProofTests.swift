import FoundationEssentials
import LockstepTestSupport
import Propagation
import RemoteHost
import Synchronization
import Testing

@Suite("A proof on this machine", .timeLimit(.minutes(3)))
struct ProofTests {
    @Test("Every slave sees every step; nothing is left", arguments: [TestShell.dash, .busybox])
    func proven(shell: TestShell) async throws {
        try await Folders.with(shell) { folders in
            let events = EventLog()
            let report = try await folders.replicated([.faithful, .faithful, .faithful]) { proof in
                try await proof.run(onEvent: events.add)
            }
            #expect(report.isProven && !report.isInterrupted)
            #expect(report.slaves.map(\.name) == ["slave1", "slave2", "slave3"])
            #expect(report.slaves.allSatisfy { $0.leftover == nil })
            for slave in report.slaves {
                guard case .proven(let latencies) = slave.outcome else { continue }
                #expect(Set(latencies.keys) == Set(CanaryStep.allCases))
                #expect(latencies.values.allSatisfy { $0 >= .zero && $0 < .seconds(30) })
            }
            #expect(try folders.allCanaries() == [])
            for step in CanaryStep.allCases {
                let written = try #require(events.all.firstIndex(of: .written(step)))
                let seen = events.all.indices.filter {
                    if case .seen(_, step, _) = events.all[$0] { true } else { false }
                }
                #expect(seen.count == 3 && seen.allSatisfy { $0 > written })
            }
        }
    }

    @Test("A slower replication shows as a longer latency")
    func latencies() async throws {
        try await Folders.with { folders in
            let report = try await folders.replicated([.slow(.seconds(2)), .faithful]) { try await $0.run() }
            guard case .proven(let slow) = report.slaves[0].outcome, case .proven(let fast) = report.slaves[1].outcome
            else {
                Issue.record("not proven: \(report)")
                return
            }
            // Every later step is asked for right after a round of the slow one.
            for step in [CanaryStep.changed, .rewritten, .renamed, .deleted] {
                #expect(slow[step] ?? .zero > .milliseconds(500))
                #expect(slow[step] ?? .zero > fast[step] ?? .seconds(60))
            }
        }
    }

    @Test("A transfer that takes longer than a step is waited for, and the slave is proven")
    func longTransfer() async throws {
        try await Folders.with { folders in
            let events = EventLog()
            let report = try await folders.replicated([.slow(.seconds(5))], step: .seconds(2), transfer: .seconds(100))
            {
                var proof = $0
                proof.transfers = { names in
                    Dictionary(uniqueKeysWithValues: names.map { ($0, OngoingTransfer(seconds: 7)) })
                }
                return try await proof.run(onEvent: events.add)
            }
            #expect(report.isProven, "\(report)")
            #expect(events.all.contains(.sending(slave: "slave1", .changed, seconds: 7)), "\(events.all)")
            #expect(try folders.allCanaries() == [])
        }
    }

    @Test("A dead replication is missed at the first step, and the other slaves are proven")
    func dead() async throws {
        try await Folders.with { folders in
            let start = ContinuousClock.now
            let report = try await folders.replicated([.dead, .faithful], step: .seconds(6)) { try await $0.run() }
            #expect(report.slaves[0].outcome == .missed(.created, seen: [:]))
            #expect(report.slaves[1].isProven)
            #expect(!report.isProven)
            #expect(ContinuousClock.now - start < .seconds(20), "one deadline is waited for, not one a step")
            #expect(try folders.allCanaries() == [])
        }
    }

    @Test("Files that arrive cut short are not seen")
    func truncated() async throws {
        try await Folders.with { folders in
            let report = try await folders.replicated([.truncates], step: .seconds(6)) { try await $0.run() }
            #expect(report.slaves[0].outcome == .missed(.created, seen: [:]))
            #expect(try folders.allCanaries() == [])
        }
    }

    @Test("Where deletions do not arrive the rename is missed, and the slave cleans up by itself")
    func deletionsDropped() async throws {
        try await Folders.with { folders in
            let report = try await folders.replicated([.dropsDeletions, .faithful], step: .seconds(6)) {
                try await $0.run()
            }
            guard case .missed(.renamed, let seen) = report.slaves[0].outcome else {
                Issue.record("not missed: \(report)")
                return
            }
            #expect(Set(seen.keys) == [.created, .changed, .rewritten])
            #expect(report.slaves[0].leftover == nil)
            #expect(report.slaves[1].isProven)
            #expect(try folders.allCanaries() == [])
        }
    }

    @Test(
        "An rsync that cannot tell a file from one of equal size and time is missed at the rewrite",
        arguments: Rsync.blind
    )
    func rewrite(rsync: Rsync) async throws {
        try await Folders.with { folders in
            let report = try await folders.replicated([.rsync(rsync), .rsync(.attentive)], step: .seconds(6)) {
                try await $0.run()
            }
            guard case .missed(.rewritten, let seen) = report.slaves[0].outcome else {
                Issue.record("not missed: \(report)")
                return
            }
            #expect(Set(seen.keys) == [.created, .changed])
            #expect(report.slaves[1].isProven)
            #expect(try folders.allCanaries() == [])
        }
    }

    @Test("An interruption ends the proof early and leaves nothing", arguments: CanaryStep.allCases.dropLast())
    func interruption(step: CanaryStep) async throws {
        try await Folders.with { folders in
            let interruption = Interruption()
            let start = ContinuousClock.now
            let report = try await folders.replicated([.faithful, .dropsDeletions], step: .seconds(100)) { proof in
                try await proof.run(interruption: interruption) { event in
                    if event == .written(step) { interruption.request() }
                }
            }
            #expect(report.isInterrupted && !report.isProven)
            for slave in report.slaves {
                guard case .interrupted = slave.outcome else {
                    Issue.record("not interrupted: \(slave)")
                    continue
                }
                #expect(slave.leftover == nil)
            }
            #expect(ContinuousClock.now - start < .seconds(60))
            #expect(try folders.allCanaries() == [])
        }
    }

    @Test("A deletion that does not arrive is missed, and the slave cleans up by itself")
    func directoriesKept() async throws {
        try await Folders.with { folders in
            let report = try await folders.replicated([.keepsDirectories], step: .seconds(6)) { try await $0.run() }
            guard case .missed(.deleted, let seen) = report.slaves[0].outcome else {
                Issue.record("not missed: \(report)")
                return
            }
            #expect(Set(seen.keys) == [.created, .changed, .rewritten, .renamed])
            #expect(report.slaves[0].leftover == nil)
            #expect(try folders.allCanaries() == [])
        }
    }

    @Test("An interruption is heard while nothing arrives")
    func interruptedWaiting() async throws {
        try await Folders.with { folders in
            let interruption = Interruption()
            let start = ContinuousClock.now
            let report = try await folders.replicated([.dead], step: .seconds(100)) { proof in
                try await proof.run(interruption: interruption) {
                    if $0 == .written(.created) { interruption.request() }
                }
            }
            #expect(report.isInterrupted)
            #expect(report.slaves[0].outcome == .interrupted(seen: [:]))
            #expect(ContinuousClock.now - start < .seconds(60))
            #expect(try folders.allCanaries() == [])
        }
    }

    @Test("A cancelled proof hangs up, and the hosts clean up by themselves")
    func cancellation() async throws {
        try await Folders.with { folders in
            try await folders.replicated([.faithful, .dead], step: .seconds(100)) { proof in
                let (written, writer) = AsyncStream.makeStream(of: Void.self)
                let report = try await withThrowingTaskGroup(of: ProofReport.self) { group in
                    group.addTask { try await proof.run { if $0 == .written(.created) { writer.finish() } } }
                    for await _ in written {}
                    group.cancelAll()
                    return try #require(try await group.next())
                }
                #expect(report.isInterrupted)
                let left = try await eventually {
                    try folders.allCanaries()
                } until: {
                    $0.isEmpty
                }
                #expect(left == [])
            }
        }
    }

    @Test("A source that is missing is an error that says so")
    func missingSource() async throws {
        try await Folders.with { folders in
            try FileManager.default.removeItem(atPath: folders.source)
            let error = await #expect(throws: ProofError.self) {
                try await folders.replicated([.faithful]) { try await $0.run() }
            }
            #expect(error?.code == .notWritable)
            #expect(error?.message.contains("\(folders.source): no such directory") == true)
        }
    }

    @Test("Two proofs at once do not disturb each other")
    func twoAtOnce() async throws {
        try await Folders.with { folders in
            try await folders.replicated([.faithful, .faithful]) { proof in
                var other = proof
                other.canary = Canary()
                async let first = proof.run()
                async let second = other.run()
                let reports = try await [first, second]
                #expect(reports.allSatisfy { $0.isProven })
            }
            #expect(try folders.allCanaries() == [])
        }
    }

    @Test(
        "Names that shells read otherwise are names",
        arguments: [
            "two words", "it's \"quoted\"", "$(touch made) `touch made`", "gr\u{fc}\u{df}e \u{96ea}", "-rf",
            "new\nline",
            "back\\slash", "*", "slash at the end/",
        ]
    )
    func hostileNames(name: String) async throws {
        try await Folders.with { folders in
            let sites = ["source \(name)", name]
            for site in sites {
                let path = "\(folders.root)/\(site)"
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            // Relative to the home, so that a dash stands first; the other one absolute.
            let master = ProofSite(host: folders.host("master"), directory: "\(folders.root)/\(sites[0])")
            let slave = ProofSite(host: folders.host("slave"), directory: name)
            let report = try await folders.whileMirroring(
                [(.faithful, master.directory, "\(folders.root)/\(sites[1])")]
            ) {
                try await Proof(master: master, slaves: [slave], timing: ProofTiming(step: .seconds(20))).run()
            }
            #expect(report.isProven)
            #expect(try folders.canaries(in: "\(folders.root)/\(sites[0])") == [])
            #expect(try folders.canaries(in: "\(folders.root)/\(sites[1])") == [])
            #expect(!FileManager.default.fileExists(atPath: folders.root + "/made"))
        }
    }

    @Test("A proof without slaves shows nothing and touches nothing")
    func noSlaves() async throws {
        let master = ProofSite(host: ScriptedHost(name: "master"), directory: "/srv")
        let report = try await Proof(master: master, slaves: []).run()
        #expect(!report.isProven)
    }
}

/// The events of a proof, for a test to look at when it is over.
final class EventLog: Sendable {
    private let events = Mutex<[ProofEvent]>([])
    var all: [ProofEvent] { events.withLock(\.self) }

    @Sendable func add(_ event: ProofEvent) {
        events.withLock { $0.append(event) }
    }
}

extension ProofReport.Slave {
    /// Whether it has seen every step.
    var isProven: Bool { if case .proven = outcome { true } else { false } }
}

extension Folders {
    /// Runs `body` on a proof with a slave for each mirror, while the mirrors run.
    func replicated<Result: Sendable>(
        _ mirrors: [Mirror],
        step: Duration = .seconds(20),
        transfer: Duration = .zero,
        _ body: (Proof) async throws -> Result
    ) async throws -> Result {
        let slaves = mirrors.indices.map { ProofSite(host: host("slave\($0 + 1)"), directory: target($0 + 1)) }
        var timing = ProofTiming(step: step, farewell: .milliseconds(500), ending: .seconds(20))
        timing.transfer = transfer
        let proof = Proof(master: ProofSite(host: host("master"), directory: source), slaves: slaves, timing: timing)
        return try await whileMirroring(mirrors.enumerated().map { ($1, source, target($0 + 1)) }) {
            try await body(proof)
        }
    }

    /// Runs `body` while each mirror copies its source to its target.
    func whileMirroring<Result: Sendable>(
        _ mirrors: [(Mirror, source: String, target: String)],
        _ body: () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (mirror, source, target) in mirrors {
                group.addTask { await mirror.run(from: source, to: target) }
            }
            defer { group.cancelAll() }
            return try await body()
        }
    }
}
