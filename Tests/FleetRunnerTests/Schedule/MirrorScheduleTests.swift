import Playbooks
import Provisioning
import Testing

@testable import FleetRunner

@Suite("Loops over what is mirrored")
struct MirrorScheduleTests {
    static let playbook = """
        [source]
        hosts  = master
        loop   = syncs
        module = note
        name   = source {{ item.source }}
        [everything]
        hosts  = master
        module = note
        name   = layer
        [target]
        hosts  = slaves
        loop   = mirrors
        module = note
        name   = target {{ item.target }} of {{ item.host }}
        [keys]
        hosts    = slaves
        module   = note
        name     = keys
        register = keys
        [known]
        hosts  = master
        loop   = slaves
        module = note
        name   = known {{ item.name }}
        say    = {{ item.keys }}
        [start]
        hosts  = master
        loop   = mirrors
        after  =
            target
            keys
        module = note
        name   = {{ item.name }} in {{ item.colour }}
        say    = {{ item.keys }}
        """

    /// Two directories; the first on both slaves, the second on one.
    static let syncs = [
        RunSync(
            name: "docs",
            source: "/srv/docs",
            mirrors: [
                .init(name: "docs@edge1", slave: "edge1", target: "/a"),
                .init(name: "docs@edge2", slave: "edge2", target: "/a"),
            ]
        ),
        RunSync(
            name: "data",
            source: "/srv/data",
            mirrors: [.init(name: "data@edge1", slave: "edge1", target: "/b", variables: ["colour": "red"])]
        ),
    ]

    private func run() throws -> ScheduleRun {
        try ScheduleRun(Self.playbook, items: Self.syncs.flatMap { $0.items(master: "hub") })
    }

    @Test("A slave has its own mirrors, the master all; a mirror has its slave's variables below its own")
    func items() throws {
        var run = try run()
        run.look(at: "edge1", "edge2", "hub")
        #expect(
            run.step("edge1")
                == "target /a of edge1 for docs@edge1, target /b of edge1 for data@edge1, keys"
        )
        #expect(run.step("edge2") == "target /a of edge2 for docs@edge2, keys")
        #expect(
            run.step("hub")
                == "source /srv/docs for [sync:docs], source /srv/data for [sync:data], layer"
        )
        run.end("edge1", printing: "K1")
        run.end("edge2", printing: "K2")
        run.end("hub")
        #expect(
            run.step("hub")
                == "known edge1 K1 for edge1, known edge2 K2 for edge2, docs@edge1 in green K1 for docs@edge1, "
                + "docs@edge2 in green K2 for docs@edge2, data@edge1 in red K1 for data@edge1"
        )
    }

    @Test("A failure counts against the slave, and ends the mirror and what needs it, not the one beside it")
    func failures() throws {
        var run = try run()
        run.look(at: "edge1", "edge2", "hub")
        _ = (run.step("edge1"), run.step("edge2"), run.step("hub"))
        run.end("edge1", "target", for: "docs@edge1", status: 1, printing: "no room")
        run.end("edge1", printing: "K1")
        run.end("edge2", printing: "K2")
        run.end("hub", for: "[sync:data]", status: 1, printing: "no such disk")
        run.end("hub")
        #expect(
            run.step("hub")
                == "known edge1 K1 for edge1, known edge2 K2 for edge2, docs@edge2 in green K2 for docs@edge2"
        )
        run.end("hub")
        let news = run.news()
        #expect(news.contains("failed target on edge1 for docs@edge1: no room"))
        #expect(news.contains("skipped start on hub for docs@edge1: 'target' did not succeed on edge1"))
        #expect(news.contains("skipped start on hub for data@edge1: 'source' did not succeed"))
        #expect(news.contains("changed start on hub for docs@edge2"))
    }

    @Test("What a mirror waits for is its own slave's part, and its own directory's, alone")
    func waits() throws {
        var run = try run()
        run.look(at: "edge1", "edge2", "hub")
        _ = (run.step("edge1"), run.step("edge2"), run.step("hub"))
        run.end("hub")
        run.end("edge2", printing: "K2")
        #expect(run.step("hub") == "known edge2 K2 for edge2, docs@edge2 in green K2 for docs@edge2")
        run.end("hub")
        run.end("edge1", "keys", status: 1, printing: "no keys")
        run.end("edge1")
        #expect(run.step("hub") == "finished")
        let news = run.schedule.takeNews().reports
        #expect(news.filter { $0.outcome == .failed }.map(\.subject) == ["edge1"])
        #expect(news.filter { $0.outcome == .skipped && $0.task == "start" }.map(\.subject) == ["edge1", "edge1"])
    }

    @Test("One slave's parts keep the playbook's order, so that none begins before what its slave needs")
    func order() throws {
        var run = try ScheduleRun(
            """
            [known]
            hosts  = master
            loop   = slaves
            module = note
            name   = known {{ item.name }}
            say    = {{ item.keys }}
            [start]
            hosts  = master
            loop   = mirrors
            module = note
            name   = start {{ item.name }}
            [keys]
            hosts    = slaves
            module   = note
            name     = keys
            register = keys
            """,
            items: Self.syncs.flatMap { $0.items(master: "hub") }
        )
        run.look(at: "edge1", "edge2", "hub")
        #expect(run.step("hub") == "wait")
        _ = run.step("edge1")
        run.end("edge1", printing: "K1")
        #expect(
            run.step("hub")
                == "known edge1 K1 for edge1, start docs@edge1 for docs@edge1, start data@edge1 for data@edge1"
        )
    }

    @Test("The changes of one script end with those that they cannot do without")
    func chains() throws {
        var run = try run()
        run.look(at: "edge1", "edge2", "hub")
        _ = (run.step("edge1"), run.step("edge2"), run.step("hub"))
        run.end("edge1", printing: "K1")
        run.end("edge2", printing: "K2")
        run.end("hub")
        guard case .apply(let changes) = run.schedule.nextStep(for: "hub") else {
            Issue.record("nothing to apply")
            return
        }
        let chains = Dictionary(
            changes.map { (run.schedule.instances[$0.id].item?.name ?? "", $0.chains) },
            uniquingKeysWith: { first, _ in first }
        )
        let slave = try #require(chains["edge1"]?.first)
        #expect(chains["docs@edge1"]?.dropFirst().contains(slave) == true)
        #expect(chains["data@edge1"]?.dropFirst().contains(slave) == true)
        #expect(chains["docs@edge2"]?.contains(slave) == false)
        #expect(chains["docs@edge1"]?.first != chains["data@edge1"]?.first)
    }

    @Test("One directory without a name is called as its hosts, and needs no other name in a report")
    func only() throws {
        let sync = RunSync(source: "/srv", mirrors: [.init(name: "edge1", slave: "edge1", target: "/srv")])
        let items = sync.items(master: "hub")
        #expect(items.map(\.name) == ["hub", "edge1"])
        #expect(items.map(\.host) == ["hub", "edge1"])
        var run = try ScheduleRun(Self.playbook, slaves: ["edge1"], items: items)
        run.look(at: "edge1", "hub")
        _ = (run.step("edge1"), run.step("hub"))
        run.end("edge1", printing: "K1")
        run.end("hub", "source", status: 1)
        run.end("hub")
        #expect(run.step("hub") == "known edge1 K1 for edge1")
    }
}
