import Playbooks
import Provisioning
import Synchronization
import Testing

@testable import FleetRunner

@Suite("The board", .timeLimit(.minutes(1)))
struct BoardTests {
    /// Reports, in the order in which the board tells of them.
    private final class Told: Sendable {
        let lines = Mutex<[String]>([])
        @Sendable func note(_ report: TaskReport) {
            lines.withLock { $0.append("\(report.outcome) \(report.task) on \(report.host)") }
        }
    }

    private func observations(_ run: ScheduleRun, _ host: String) -> Facts {
        run.planner.answers(of: host) { _ in "change" }
    }

    /// A host's way through its tasks; every change succeeds at once.
    private func work(_ host: String, on board: Board, _ seen: Facts) async {
        await board.observed(seen, on: host)
        while case .apply(let changes) = await board.nextStep(for: host) {
            for change in changes { await board.applied(change.id, ProbeOutput(text: "made")) }
        }
    }

    @Test("Hosts that wait are woken by what they wait for, and all come to their end", arguments: 0..<20)
    func waking(_: Int) async throws {
        let run = try ScheduleRun(ScheduleTests.loop, slaves: (1...10).map { "edge\($0)" })
        let told = Told()
        let hosts = ["hub"] + (1...10).map { "edge\($0)" }
        let board = Board(run.schedule, hosts: hosts, publish: told.note)
        await withTaskGroup { group in
            for host in hosts.shuffled() {
                group.addTask { await work(host, on: board, observations(run, host)) }
            }
        }
        let lines = told.lines.withLock { $0 }
        #expect(lines.count == 31)
        #expect(lines.allSatisfy { $0.hasPrefix("changed ") })
        #expect(lines.last == "changed at last on hub")
    }

    @Test("A host that leaves takes those along who wait for it only as far as they need it", arguments: 0..<10)
    func leaving(_: Int) async throws {
        let run = try ScheduleRun(ScheduleTests.loop)
        let told = Told()
        let board = Board(run.schedule, hosts: ["hub", "edge1", "edge2"], publish: told.note)
        await withTaskGroup { group in
            group.addTask { await work("hub", on: board, observations(run, "hub")) }
            group.addTask { await board.lost("edge1", because: "edge1 could not be reached") }
            group.addTask { await work("edge2", on: board, observations(run, "edge2")) }
        }
        let lines = told.lines.withLock { $0 }
        #expect(lines.count { $0.hasPrefix("skipped ") } == 3)
        #expect(lines.count { $0.hasPrefix("changed ") } == 4)
    }

    @Test("Where all who are left wait for each other, nobody waits for ever", arguments: 0..<10)
    func deadlock(_: Int) async throws {
        let run = try ScheduleRun(
            """
            [asks]
            hosts = master
            module = note
            name = ask
            say = {{ hostvars.edge1.answer }}
            register = question
            [answers]
            hosts = slaves
            module = note
            name = answer
            say = {{ hostvars.master.question }}
            register = answer
            """
        )
        let told = Told()
        let board = Board(run.schedule, hosts: ["hub", "edge1", "edge2"], publish: told.note)
        await withTaskGroup { group in
            for host in ["hub", "edge1", "edge2"] {
                group.addTask { await work(host, on: board, observations(run, host)) }
            }
        }
        #expect(
            told.lines.withLock { $0 }.sorted()
                == ["failed asks on hub", "skipped answers on edge1", "skipped answers on edge2"]
        )
    }

    @Test("An interruption wakes whoever waits")
    func interruption() async throws {
        let run = try ScheduleRun(ScheduleTests.loop)
        let told = Told()
        let board = Board(run.schedule, hosts: ["hub", "edge1", "edge2"], publish: told.note)
        await withTaskGroup { group in
            group.addTask { await work("hub", on: board, observations(run, "hub")) }
            group.addTask { await board.interrupt() }
        }
        let lines = told.lines.withLock { $0 }
        #expect(lines.count == 5)
        #expect(lines.allSatisfy { $0.hasPrefix("skipped ") })
    }
}
