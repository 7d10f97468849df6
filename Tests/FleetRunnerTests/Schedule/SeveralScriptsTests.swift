import Playbooks
import Provisioning
import Testing

@testable import FleetRunner

@Suite("Several scripts of changes on one host")
struct SeveralScriptsTests {
    @Test("A slave's part on the master begins while another's runs, and what is of the whole host waits for both")
    func lanes() throws {
        var run = try ScheduleRun(ScheduleTests.loop)
        run.look(at: "hub", "edge1", "edge2")
        _ = (run.step("edge1"), run.step("edge2"))
        run.end("edge1", printing: "key1")
        #expect(run.step("hub") == "take key1 for edge1, behind for edge1")
        _ = run.news()
        run.end("edge2", printing: "key2")
        _ = run.news()
        #expect(run.woken.contains("hub"))
        #expect(run.step("hub") == "take key2 for edge2, behind for edge2")
        #expect(run.step("hub") == "wait")
        run.end("hub", for: "edge2")
        #expect(run.step("hub") == "wait", "edge1's part still runs")
        _ = run.news()
        run.end("hub")
        _ = run.news()
        #expect(run.woken == ["hub"])
        #expect(run.step("hub") == "last")
        #expect(run.step("hub") == "finished", "also while that runs")
    }

    @Test("Nothing begins beside a change of the whole host; those behind it in the same script do not end that")
    func wholeHost() throws {
        var run = try ScheduleRun(
            """
            [whole]
            hosts = master
            module = note
            name = whole
            [takes]
            hosts = master
            loop = slaves
            module = note
            name = take
            say = {{ item.key }}
            [makes]
            hosts = slaves
            module = note
            name = make
            register = key
            """
        )
        run.look(at: "hub", "edge1", "edge2", seeing: ["make": "change"])
        _ = (run.step("edge1"), run.step("edge2"))
        run.end("edge1", printing: "key1")
        #expect(run.step("hub") == "whole, take key1 for edge1")
        run.end("edge2", printing: "key2")
        #expect(run.step("hub") == "wait")
        run.end("hub", "whole")
        #expect(run.step("hub") == "take key2 for edge2", "the rest of the script is another slave's")
    }

    @Test("Two scripts never change one file at the same time: the later waits for the earlier")
    func oneFile() throws {
        var run = try ScheduleRun(
            """
            [known]
            hosts = master
            loop = slaves
            module = note
            name = know {{ item.name }}
            say = {{ item.key }}
            path = /etc/known_hosts
            [own]
            hosts = master
            loop = slaves
            module = note
            name = own {{ item.name }}
            path = /etc/of-{{ item.name }}
            [makes]
            hosts = slaves
            module = note
            name = make
            register = key
            """,
            slaves: ["edge1", "edge2", "edge3"]
        )
        run.look(at: "hub", "edge1", "edge2", "edge3", seeing: ["know edge3": "ok"])
        for slave in ["edge1", "edge2", "edge3"] { _ = run.step(slave) }
        run.end("edge1", printing: "1")
        #expect(run.step("hub") == "know edge1 1 for edge1, own edge1 for edge1")
        run.end("edge2", printing: "2")
        run.end("edge3", printing: "3")
        #expect(run.step("hub") == "own edge3 for edge3")
        _ = run.news()
        run.end("hub", "known", for: "edge1")
        _ = run.news()
        #expect(run.woken == ["hub"])
        #expect(run.step("hub") == "know edge2 2 for edge2, own edge2 for edge2")
    }

    @Test("The lines of one file that were kept waiting are one batch, to be changed as one")
    func linesOfOneFile() throws {
        var run = try ScheduleRun(
            """
            [known]
            hosts = master
            loop = slaves
            after = made
            module = note
            name = know
            path = /etc/known_hosts
            [made]
            hosts = slaves
            module = note
            name = make
            """,
            slaves: ["edge1", "edge2", "edge3"]
        )
        run.look(at: "hub", "edge1", "edge2", "edge3")
        for slave in ["edge1", "edge2", "edge3"] { _ = run.step(slave) }
        run.end("edge1")
        #expect(run.step("hub") == "know for edge1")
        for slave in ["edge2", "edge3"] {
            run.end(slave)
            #expect(run.step("hub") == "wait")
        }
        run.end("hub")
        #expect(run.step("hub") == "know for edge2, know for edge3")
    }

    @Test("A copy's part waits for a change of its directory, and another directory's copy does not")
    func needs() throws {
        let syncs = [
            RunSync(name: "docs", source: "/docs", mirrors: [.init(name: "docs@edge1", slave: "edge1", target: "/a")]),
            RunSync(name: "data", source: "/data", mirrors: [.init(name: "data@edge2", slave: "edge2", target: "/b")]),
        ]
        var run = try ScheduleRun(
            """
            [source]
            hosts = master
            loop = syncs
            module = note
            name = source {{ item.source }}
            [start]
            hosts = master
            loop = mirrors
            after = target
            module = note
            name = start
            [target]
            hosts = slaves
            loop = mirrors
            module = note
            name = target
            """,
            items: syncs.flatMap { $0.items(master: "hub") }
        )
        run.look(at: "hub", "edge1", "edge2")
        _ = (run.step("edge1"), run.step("edge2"))
        #expect(run.step("hub") == "source /docs for [sync:docs], source /data for [sync:data]")
        run.end("hub", for: "[sync:data]")
        run.end("edge1")
        run.end("edge2")
        #expect(run.step("hub") == "start for data@edge2")
        run.end("hub", for: "[sync:docs]")
        #expect(run.step("hub") == "start for docs@edge1")
    }

    @Test("Of a host that is lost, the first open change of each lane may be half done, in whichever script")
    func lost() throws {
        var run = try ScheduleRun(ScheduleTests.loop)
        run.look(at: "hub", "edge1", "edge2")
        _ = (run.step("edge1"), run.step("edge2"))
        run.end("edge1", printing: "key1")
        _ = run.step("hub")
        run.end("edge2", printing: "key2")
        _ = run.step("hub")
        run.end("hub", "takes", for: "edge2")
        _ = run.news()
        run.schedule.lost("hub", because: "no route")
        #expect(
            run.news() == [
                "skipped takes on hub for edge1: it is not known how far this came: no route",
                "skipped behind it on hub for edge1: no route",
                "skipped behind it on hub for edge2: it is not known how far this came: no route",
                "skipped at last on hub: no route",
            ]
        )
        #expect(!run.schedule.isChanging)
    }

    @Test("After an interruption nothing begins beside what runs")
    func interruption() throws {
        var run = try ScheduleRun(ScheduleTests.loop)
        run.look(at: "hub", "edge1", "edge2")
        _ = (run.step("edge1"), run.step("edge2"))
        run.end("edge1", printing: "key1")
        _ = run.step("hub")
        run.end("edge2", printing: "key2")
        run.schedule.interrupt()
        #expect(run.step("hub") == "finished")
        #expect(run.schedule.isChanging)
        run.end("hub")
        #expect(run.news().filter { $0.contains(" on hub for edge1") }.allSatisfy { $0.hasPrefix("changed ") })
    }
}
