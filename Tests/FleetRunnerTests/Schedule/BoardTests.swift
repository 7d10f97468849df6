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

    @Test("Who waits for a change that still runs is in no circle, also where the change's host has nothing else to do")
    func waitingForRunning() async throws {
        let run = try ScheduleRun(ScheduleTests.loop, slaves: ["edge1"])
        let told = Told()
        let board = Board(run.schedule, hosts: ["hub", "edge1"], publish: told.note)
        await board.observed(observations(run, "edge1"), on: "edge1")
        guard case .apply(let changes) = await board.nextStep(for: "edge1"),
            case .finished = await board.nextStep(for: "edge1")
        else {
            Issue.record("nothing runs")
            return
        }
        await withTaskGroup { group in
            group.addTask { await work("hub", on: board, observations(run, "hub")) }
            for _ in 0..<100 { await Task.yield() }
            await board.applied(changes[0].id, ProbeOutput(text: "made"))
        }
        let lines = told.lines.withLock { $0 }
        #expect(lines.count == 4 && lines.allSatisfy { $0.hasPrefix("changed ") })
    }

    @Test("Where the last change ends and leaves a circle, that is broken then")
    func circleBehindChange() async throws {
        let run = try ScheduleRun(
            """
            [made]
            hosts = master
            module = note
            name = make
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
            """,
            slaves: ["edge1"]
        )
        let told = Told()
        let board = Board(run.schedule, hosts: ["hub", "edge1"], publish: told.note)
        await board.observed(observations(run, "hub"), on: "hub")
        guard case .apply(let changes) = await board.nextStep(for: "hub") else {
            Issue.record("nothing runs")
            return
        }
        await withTaskGroup { group in
            for host in ["hub", "edge1"] {
                group.addTask { await work(host, on: board, observations(run, host)) }
            }
            for _ in 0..<100 { await Task.yield() }
            #expect(told.lines.withLock { $0 }.isEmpty)
            await board.applied(changes[0].id, ProbeOutput(text: "made"))
        }
        #expect(
            told.lines.withLock { $0 }.sorted() == [
                "changed made on hub", "failed asks on hub", "skipped answers on edge1",
            ]
        )
    }

    @Test("Who is cancelled waits no longer")
    func cancelled() async throws {
        let run = try ScheduleRun(ScheduleTests.loop)
        let board = Board(run.schedule, hosts: ["hub", "edge1", "edge2"]) { _ in }
        await withTaskGroup { group in
            group.addTask { await work("hub", on: board, observations(run, "hub")) }
            for _ in 0..<100 { await Task.yield() }
            group.cancelAll()
        }
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
