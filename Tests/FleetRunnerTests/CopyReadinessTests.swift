import Lsyncd
import Playbooks
import Provisioning
import Testing

@testable import FleetRunner

@Suite("When the tasks of a copy are settled")
struct CopyReadinessTests {
    /// Two directories on edge1, and one of them on edge2.
    private let syncs = [
        RunSync(
            name: "docs",
            source: "/docs",
            mirrors: ["edge1", "edge2"].map { .init(name: "docs@\($0)", slave: $0, target: "/a") }
        ),
        RunSync(name: "data", source: "/data", mirrors: [.init(name: "data@edge1", slave: "edge1", target: "/b")]),
    ]

    private static let playbook = """
        [known]
        hosts = master
        loop = slaves
        module = note
        name = known
        [whole]
        hosts = master
        module = note
        name = whole
        [start]
        hosts = master
        loop = instances
        module = note
        name = start
        [own]
        hosts = slaves
        module = note
        name = own
        """

    private func report(_ task: String, for item: String? = nil, on host: String = "hub") -> TaskReport {
        TaskReport(
            task: task,
            module: "note",
            host: host,
            item: item,
            subject: item ?? host,
            outcome: .ok,
            summary: "",
            diff: [],
            isKnownAfterApply: false
        )
    }

    private func readiness(_ isolation: Isolation, _ playbook: String = playbook) throws -> CopyReadiness {
        let hosts = ["hub", "edge1", "edge2"].map { PlaybookHost(name: $0, isMaster: $0 == "hub", variables: [:]) }
        let survey = MasterSurvey(budget: InotifyBudget(memory: 0, limit: 8192, isLimitWritable: false))
        let layout = InstanceLayout(of: syncs.flatMap(\.copies), isolation: isolation, survey: survey)
        let items = syncs.flatMap { $0.items(master: "hub", layout: layout) } + layout.sharedItems(master: "hub")
        let tasks = try Playbook(parsing: playbook, file: "notes.ini", modules: ModuleRegistry([NoteModule.self]))
        let instances = tasks.instances(for: hosts, items: items)
        return CopyReadiness(of: syncs, keptBy: layout, master: "hub", instances)
    }

    @Test("It waits for its slave, for the master, and for what the master does for the slave; not for other slaves")
    func ownLsyncd() throws {
        var readiness = try readiness(.perSlave)
        #expect(readiness.opened("hub") == [])
        #expect(readiness.settled(report("known", for: "edge1")) == [])
        #expect(readiness.settled(report("known", for: "edge2")) == [])
        #expect(readiness.settled(report("start", for: "docs@edge1")) == [])
        #expect(readiness.settled(report("start", for: "docs@edge2")) == [])
        #expect(readiness.opened("edge2") == ["docs@edge2"])
        #expect(readiness.opened("edge1") == [], "the service of the other copy is still to be started")
        #expect(readiness.settled(report("start", for: "data@edge1")) == ["docs@edge1", "data@edge1"])
    }

    @Test("Where copies share an lsyncd, each waits for that one's tasks")
    func sharedLsyncd() throws {
        var readiness = try readiness(.shards(1))
        _ = (readiness.opened("hub"), readiness.opened("edge1"), readiness.opened("edge2"))
        #expect(readiness.settled(report("known", for: "edge1")) == [])
        #expect(readiness.settled(report("known", for: "edge2")) == [])
        #expect(
            readiness.settled(report("start", for: "_shared-1")).sorted() == ["data@edge1", "docs@edge1", "docs@edge2"]
        )
    }

    @Test("Without tasks it waits for its two hosts")
    func withoutTasks() throws {
        var readiness = try readiness(.perSlave, "")
        #expect(readiness.opened("edge2") == [])
        #expect(readiness.opened("hub") == ["docs@edge2"])
        #expect(readiness.opened("edge1") == ["docs@edge1", "data@edge1"])
    }
}
