import Lsyncd
import Playbooks
import Provisioning
import Testing

@testable import FleetRunner

@Suite("Handovers between lsyncd")
struct HandoverScheduleTests {
    private static let playbook = """
        [ready]
        hosts  = slaves
        module = note
        name   = ready
        [guard]
        hosts  = master
        loop   = mirrors
        after  = ready
        module = note
        name   = guard {{ item.name }}
        [settings]
        hosts  = master
        loop   = mirrors
        module = note
        name   = settings {{ item.name }}
        [handover]
        hosts  = master
        loop   = handovers
        after  =
            guard
            settings
        module = note
        name   = handover
        [start]
        hosts  = master
        loop   = instances
        module = note
        name   = start {{ item.name }}
        """

    private static let slaves = ["edge1", "edge2", "edge3"]

    /// edge1 and edge2 share an lsyncd, and edge3 has its own.
    private func run(
        _ seen: [String: String] = [:],
        chosen: Set<String> = ["edge1", "edge3"],
        isolation: Isolation = .perSlave
    ) throws -> ScheduleRun {
        let mirrors = Self.slaves.map { RunSync.Mirror(name: $0, slave: $0, target: "/t") }
        let sync = RunSync(source: "/s", mirrors: mirrors)
        let survey = MasterSurvey(
            keepers: ["edge1": "_shared-1", "edge2": "_shared-1", "edge3": "edge3"],
            budget: InotifyBudget(memory: 0, limit: 8192, isLimitWritable: false)
        )
        let layout = InstanceLayout(of: sync.copies, chosen: chosen, isolation: isolation, survey: survey)
        var run = try ScheduleRun(
            Self.playbook,
            slaves: Self.slaves,
            items: sync.items(master: "hub", layout: layout) + layout.sharedItems(master: "hub")
        )
        run.look(at: "edge1", "edge2", "edge3", seeing: ["ready": "ok"])
        let quiet = Dictionary(
            uniqueKeysWithValues: Self.slaves.flatMap { ["settings \($0)", "guard \($0)"] }.map { ($0, "ok") }
        )
        run.look(at: "hub", seeing: quiet.merging(seen) { _, own in own })
        return run
    }

    /// The slaves do their part.
    private func makeReady(_ run: inout ScheduleRun, _ names: [String] = slaves) {
        for slave in names { _ = run.step(slave) }
    }

    @Test("An lsyncd that loses a copy goes on until the copy has passed, and then all changes hands in one script")
    func passed() throws {
        var run = try run(["guard edge1": "check"])
        makeReady(&run)
        // Whoever has nothing to do with it starts at once.
        #expect(run.step("hub") == "guard edge1 for edge1, start edge3 for edge3")
        run.end("hub")
        #expect(
            run.step("hub")
                == "handover for [handover:_shared-1], start edge1 for edge1, start _shared-1 for _shared-1"
        )
    }

    @Test("Where the copy is refused, its old lsyncd goes on with its neighbours, and others are not held back")
    func refused() throws {
        var run = try run(["guard edge1": "refuse a"])
        makeReady(&run)
        #expect(run.step("hub") == "start edge3 for edge3")
        run.end("hub")
        #expect(run.step("hub") == "finished")
        let reports = run.schedule.takeNews().reports
        let held = try #require(reports.first { $0.task == "handover" })
        #expect(held.outcome == .failed && held.kind == .refused)
        // It counts against the copy's slave, so that the others are proven.
        #expect(held.subject == "edge1")
        #expect(held.message?.hasPrefix("'guard' did not succeed for edge1; ") == true)
        #expect(held.message?.contains("_shared-1 stays as it is") == true)
        #expect(held.hint == "see to edge1, or leave it out: --limit 'slaves:!edge1'")
        let starts = reports.filter { $0.task == "start" }.map { "\($0.item ?? "") \($0.outcome.rawValue)" }
        #expect(starts.sorted() == ["_shared-1 skipped", "edge1 skipped", "edge3 changed"])
        #expect(reports.filter { $0.outcome == .skipped }.allSatisfy { $0.subject == "edge1" })
    }

    @Test("A guard that refuses or fails only when it is asked holds the handover as well")
    func refusedLater() throws {
        for (ending, kind) in [(ProbeOutput.Ending.refused, FailureKind.refused), (.ended, .task)] {
            var run = try run(["guard edge1": "check"])
            makeReady(&run)
            _ = run.step("hub")
            run.end("hub", "guard", status: 1, ending: ending, printing: "it would lose a")
            run.end("hub")
            #expect(run.step("hub") == "finished")
            let held = run.schedule.takeNews().reports.first { $0.task == "handover" }
            #expect(held?.outcome == .failed && held?.kind == kind)
        }
    }

    @Test("A slave that is lost holds what its copy is to move from, and the message says why")
    func lost() throws {
        var run = try run()
        makeReady(&run, ["edge2", "edge3"])
        #expect(run.step("hub") == "start edge3 for edge3")
        run.end("hub")
        #expect(run.step("hub") == "wait")
        run.schedule.lost("edge1", because: "no route to host")
        #expect(run.step("hub") == "finished")
        let held = run.schedule.takeNews().reports.first { $0.task == "handover" }
        #expect(held?.outcome == .failed && held?.kind == .task && held?.subject == "edge1")
        #expect(held?.message?.hasPrefix("edge1: no route to host; ") == true)
    }

    @Test("A copy that stays holds its lsyncd where it is refused, and not where its slave is lost")
    func staying() throws {
        let chosen: Set = ["edge1", "edge2", "edge3"]
        var refused = try run(["guard edge1": "refuse a"], chosen: chosen, isolation: .shards(1))
        makeReady(&refused)
        #expect(refused.step("hub") == "finished")
        let held = refused.schedule.takeNews().reports.first { $0.task == "handover" }
        #expect(held?.kind == .refused && held?.subject == "edge1")
        // Without it, its lsyncd would start again all the same, and nobody would have asked what it destroys.
        #expect(held?.hint == "see to edge1")

        var lost = try run(chosen: chosen, isolation: .shards(1))
        makeReady(&lost, ["edge2", "edge3"])
        lost.schedule.lost("edge1", because: "no route to host")
        #expect(lost.step("hub") == "handover for [handover:_shared-1], start _shared-1 for _shared-1")
    }

    @Test("A handover that fails starts nothing that it was made for")
    func failed() throws {
        var run = try run()
        makeReady(&run)
        _ = run.step("hub")
        run.end("hub", "start", for: "edge3")
        run.end("hub", "handover", status: 1, printing: "no systemctl")
        run.end("hub", ending: .skipped)
        #expect(run.step("hub") == "finished")
        #expect(run.news().contains("skipped start on hub for _shared-1: 'handover' did not succeed"))
    }
}
