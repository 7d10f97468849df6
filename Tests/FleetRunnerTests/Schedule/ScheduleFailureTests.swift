import Provisioning
import Testing

@testable import FleetRunner

@Suite("Tasks that do not succeed")
struct ScheduleFailureTests {
    static let two = """
        [first]
        hosts = all
        module = note
        name = one
        register = made
        [second]
        hosts = all
        module = note
        name = two
        """

    @Test("A failed task ends its host's later ones, and nobody else's")
    func failure() throws {
        var run = try ScheduleRun(Self.two)
        run.look(at: "edge1", "edge2")
        _ = (run.step("edge1"), run.step("edge2"))
        run.end("edge1", "first", status: 1, printing: "no room")
        run.end("edge1", "second", ending: .skipped)
        run.end("edge2")
        #expect(
            run.news() == [
                "failed first on edge1: no room", "skipped second on edge1: 'first' did not succeed",
                "changed first on edge2", "changed second on edge2",
            ]
        )
        #expect(run.step("edge1") == "finished")
    }

    @Test("A task that cannot be planned is a failure with its reason, and ends the later ones")
    func planFailure() throws {
        var run = try ScheduleRun(Self.two)
        run.look(at: "edge1", seeing: ["one": "a directory"])
        #expect(run.step("edge1") == "finished")
        #expect(
            run.news() == [
                "failed first on edge1: one cannot be planned: a directory",
                "skipped second on edge1: 'first' did not succeed",
            ]
        )
    }

    @Test("A task that is refused before anything is changed is told apart from a failed one")
    func planRefusal() throws {
        var run = try ScheduleRun(Self.two)
        run.look(at: "edge1", seeing: ["one": "refuse keys"])
        #expect(run.step("edge1") == "finished")
        #expect(
            run.news() == [
                "refused first on edge1: one would lose keys", "skipped second on edge1: 'first' did not succeed",
            ]
        )
    }

    static let items = """
        [first]
        hosts = master
        loop = slaves
        module = note
        name = {{ item.name }}
        [second]
        hosts = master
        loop = slaves
        module = note
        name = second-{{ item.name }}
        [last]
        hosts = master
        module = note
        name = last
        """

    @Test("A failed item ends its own later tasks; the other items and the host go on")
    func failedItem() throws {
        var run = try ScheduleRun(Self.items)
        run.look(at: "hub", seeing: ["edge1": "broken"])
        #expect(run.step("hub") == "edge2 for edge2, second-edge2 for edge2, last")
        run.end("hub")
        #expect(
            run.news() == [
                "failed first on hub for edge1: edge1 cannot be planned: broken",
                "skipped second on hub for edge1: 'first' did not succeed",
                "changed first on hub for edge2", "changed second on hub for edge2", "changed last on hub",
            ]
        )
    }

    @Test("A refused item is told apart from a failed one, and harms no other")
    func refusedItem() throws {
        var run = try ScheduleRun(Self.items)
        run.look(at: "hub", seeing: ["edge2": "ok", "second-edge2": "ok", "last": "ok"])
        #expect(run.step("hub") == "edge1 for edge1, second-edge1 for edge1")
        run.end("hub", "first", ending: .refused, printing: "3 files would go")
        run.end("hub", "second", ending: .skipped)
        #expect(
            run.news() == [
                "ok first on hub for edge2", "ok second on hub for edge2", "ok last on hub",
                "refused first on hub for edge1: 3 files would go",
                "skipped second on hub for edge1: 'first' did not succeed",
            ]
        )
    }

    @Test("A stop ends everything on its host, the other items too")
    func stop() throws {
        var run = try ScheduleRun(
            Self.items
                + "\nsay = {{ hostvars.edge1.late }}\n[late]\nhosts = slaves\nmodule = note\nname = late\nregister = late"
        )
        run.look(at: "hub", "edge1")
        _ = run.step("hub")
        run.end("hub", "first", for: "edge1", ending: .stopped, printing: "the source is empty")
        run.end("hub", ending: .skipped)
        _ = run.step("edge1")
        run.end("edge1", printing: "value")
        _ = run.step("hub")
        #expect(
            run.news() == [
                "refused first on hub for edge1: the source is empty",
                "skipped first on hub for edge2: 'first' did not succeed",
                "skipped second on hub for edge1: 'first' did not succeed",
                "skipped second on hub for edge2: 'first' did not succeed",
                "changed late on edge1", "skipped last on hub: 'first' did not succeed",
            ]
        )
    }

    @Test("A change whose host has moved on is a failure that says so")
    func moved() throws {
        var run = try ScheduleRun(Self.two)
        run.look(at: "hub", seeing: ["two": "ok"])
        _ = run.step("hub")
        run.end("hub", ending: .moved)
        #expect(
            run.news() == [
                "ok second on hub",
                "failed first on hub: the host is no longer as it was when this was planned",
            ]
        )
    }

    @Test("What needs a value of a failed task is skipped, and says which task that was")
    func valueOfAFailedTask() throws {
        var run = try ScheduleRun(ScheduleTests.loop)
        run.look(at: "hub", "edge1", "edge2", seeing: ["last": "ok"])
        _ = (run.step("edge1"), run.step("edge2"), run.step("hub"))
        run.end("edge1", status: 1, printing: "no entropy")
        run.end("edge2", printing: "key2")
        #expect(run.step("hub") == "take key2 for edge2, behind for edge2")
        #expect(
            run.news().filter { $0.contains("skipped") } == [
                "skipped takes on hub for edge1: 'makes' did not succeed",
                "skipped behind it on hub for edge1: 'takes' did not succeed",
            ]
        )
    }

    @Test("A lost slave costs the master that slave's items only")
    func lostSlave() throws {
        var run = try ScheduleRun(ScheduleTests.loop)
        run.look(at: "hub", "edge2")
        #expect(run.step("hub") == "wait")
        run.schedule.lost("edge1", because: "edge1 could not be reached")
        #expect(
            run.news() == ["skipped makes on edge1: edge1 could not be reached"]
        )
        #expect(run.woken.contains("hub"))
        #expect(run.step("edge1") == "finished")
        #expect(run.step("hub") == "wait", "it still waits for edge2")
        #expect(
            run.news() == [
                "skipped takes on hub for edge1: edge1 could not be reached",
                "skipped behind it on hub for edge1: 'takes' did not succeed",
            ]
        )
        _ = run.step("edge2")
        run.end("edge2", printing: "key2")
        #expect(run.step("hub") == "take key2 for edge2, behind for edge2, last")
    }

    @Test("A lost slave costs the tasks that come 'after' one of its own")
    func lostSlaveInAfter() throws {
        var run = try ScheduleRun(ScheduleTests.after)
        run.look(at: "hub", "edge2", seeing: ["opened": "ok"])
        _ = (run.step("hub"), run.step("edge2"))
        run.schedule.lost("edge1", because: "edge1 could not be reached")
        #expect(run.step("hub") == "guarded for edge2")
        #expect(run.news().contains("skipped guarded on hub for edge1: edge1 could not be reached"))
    }

    @Test("Of a host that is lost in the middle, the change that had no answer yet may be half done")
    func lostInTheMiddle() throws {
        var run = try ScheduleRun(ScheduleTests.loop, slaves: ["edge1"])
        run.look(at: "hub", "edge1", seeing: ["make": "ok key"])
        _ = (run.step("edge1"), run.step("hub"))
        run.end("hub", "takes")
        run.schedule.lost("hub", because: "hub could not be reached")
        #expect(
            run.news() == [
                "ok makes on edge1", "changed takes on hub for edge1",
                "skipped behind it on hub for edge1: it is not known how far this came: hub could not be reached",
                "skipped at last on hub: hub could not be reached",
            ]
        )
    }

    @Test("After an interruption nothing is begun, and what runs is still counted")
    func interruption() throws {
        var run = try ScheduleRun(ScheduleTests.loop)
        run.look(at: "hub", "edge1", "edge2")
        _ = (run.step("edge1"), run.step("hub"))
        run.schedule.interrupt()
        _ = run.news()
        #expect(run.woken == ["hub", "edge1", "edge2"])
        run.end("edge1", printing: "key1")
        #expect(run.step("hub") == "finished")
        #expect(run.step("edge2") == "finished")
        let news = run.news()
        #expect(news.first == "changed makes on edge1")
        #expect(news.count == 7)
        #expect(news.dropFirst().allSatisfy { $0.hasPrefix("skipped ") && $0.hasSuffix(": the run was interrupted") })
    }

    @Test("A change that was planned but not sent before an interruption is skipped")
    func withdrawal() throws {
        var run = try ScheduleRun(Self.two, slaves: [])
        run.look(at: "hub", seeing: ["one": "ok"])
        _ = run.step("hub")
        run.schedule.interrupt()
        for id in [1, 0] { run.schedule.withdraw(id, because: "the run was interrupted") }
        #expect(run.news() == ["ok first on hub", "skipped second on hub: the run was interrupted"])
        #expect(run.step("hub") == "finished")
    }
}
