import LockstepTestSupport
import Provisioning
import Testing

@testable import Lsyncd

@Suite("How replication stands")
struct FleetStatusTests {
    static let report = """
        {"layer":3,"lsyncd":"2.2.3","name":"a","phase":"live","incomplete":false,"failures":0,"retry_in":0,"runs":2,\
        "exit":0,"ok_at":90,"failed_at":0,"watches":12,"written_at":99}
        """

    @Test("Each copy, its service, and what is used of the limits")
    func parts() throws {
        let state = MasterState(
            limits: InotifyLimits(watches: 524_288, instances: 1024),
            keepers: ["_shared-1": ["a", "d"], "e": ["e"], "c": ["c"]],
            services: [
                "_shared-1": LsyncdService(state: "active", restarts: 2), "e": LsyncdService(state: "active"),
                "c": LsyncdService(state: "active"),
            ],
            reports: [
                Self.report, Self.report.replacing("\"name\":\"a\"", with: "\"name\":\"d\""),
                Self.report.replacing("\"name\":\"a\"", with: "\"name\":\"e\"")
                    .replacing("\"watches\":12", with: "\"watches\":7"),
                Self.report.replacing("\"name\":\"a\"", with: "\"name\":\"c\"").replacing("99}", with: "80}"),
            ]
        )
        let status = try state.status(of: ["a", "d", "e", "b", "c"])
        #expect(
            status.watches == .init(used: 19, allowed: 524_288, age: nil),
            "an older layer does not say when it counted"
        )
        #expect(status.instances == .init(used: 2, allowed: 1024))
        #expect(status.copies.map(\.name) == ["a", "d", "e", "b", "c"])
        #expect(status.copies.map(\.service.count) == [33, 33, 25, 25, 25])
        #expect(status.copies.map(\.state) == ["active", "active", "active", "inactive", "active"])
        #expect(status.copies.map(\.restarts) == [2, 2, 0, 0, 0])
        #expect(status.copies.map(\.sentAgo) == [10, 10, 10, nil, nil])
        // A report that is not renewed is none: lsyncd is gone or stuck.
        #expect(status.copies.map { $0.report != nil } == [true, true, true, false, false])
        #expect(status.copies.map(\.isSound) == [true, true, true, false, false])
    }

    @Test(
        "A copy that fails, or that lacks files, is not sound",
        arguments: [
            ("\"failures\":0", "\"failures\":1"), ("\"incomplete\":false", "\"incomplete\":true"),
            ("live", "suspended"),
        ]
    )
    func unsound(from: String, to: String) throws {
        let state = MasterState(reports: [Self.report.replacing(from, with: to)])
        #expect(try state.status(of: ["a"]).copies.map(\.isSound) == [false])
    }

    @Test("What is watched is counted at that moment, for every lsyncd of Lockstep's")
    func counted() throws {
        let limits = InotifyLimits(watches: 9000, instances: 128)
        let status = try MasterState(limits: limits, counted: [1800, 3], reports: [Self.report]).status(of: ["a"])
        #expect(status.watches == .init(used: 1803, allowed: 9000))
        #expect(status.instances == .init(used: 2, allowed: 128))
        #expect(try MasterState(limits: limits, counted: []).status(of: []).watches.used == 0)
    }

    @Test(
        "Where that cannot be had, the layer's count is told with its age",
        arguments: [[nil], nil] as [[Int?]?]
    )
    func counts(counted: [Int?]?) throws {
        let report = Self.report.replacing("\"watches\":12", with: "\"watches\":12,\"watches_at\":70")
        let limits = InotifyLimits(watches: 9000, instances: 128)
        let status = try MasterState(limits: limits, counted: counted, reports: [report]).status(of: ["a"])
        #expect(status.watches == .init(used: 12, allowed: 9000, age: 30))
        #expect(status.instances == .init(used: 1, allowed: 128))
    }

    @Test("The layers' counts are as old as the oldest; where one does not say when, the age is not known")
    func oldestCount() throws {
        let report = { (name: String, watches: Int, time: String) in
            let figures = "\"name\":\"\(name)\",\"watches\":\(watches)\(time)"
            return "{\(figures),\"phase\":\"live\",\"written_at\":99}"
        }
        var state = MasterState(
            limits: InotifyLimits(watches: 9000, instances: 128),
            keepers: ["sa": ["a1", "a2"], "sb": ["b"], "sc": ["c"]],
            reports: [
                report("a1", 12, ",\"watches_at\":70"), report("a2", 10, ",\"watches_at\":40"),
                report("b", 7, ",\"watches_at\":60"),
            ]
        )
        let copies = ["a1", "a2", "b", "c"]
        let status = try state.status(of: copies)
        // Of an lsyncd of several copies the highest count is the latest.
        #expect(status.watches == .init(used: 19, allowed: 9000, age: 40))
        #expect(status.instances == .init(used: 2, allowed: 128))
        state.reports.append(report("c", 1, ""))
        #expect(try state.status(of: copies).watches == .init(used: 20, allowed: 9000, age: nil))
    }

    @Test("Copies that the inventory does not have are told by name; those that were not asked about are known")
    func strangers() throws {
        let state = MasterState(
            keepers: ["_shared-1": ["z", "known", "a"], "b": ["b"]],
            services: ["_shared-1": LsyncdService(state: "active"), "b": LsyncdService(state: "failed")]
        )
        let status = try state.status(of: ["b"], known: ["known"])
        #expect(status.copies.map(\.state) == ["failed"])
        let service = "lockstep-lsyncd@_shared-1.service"
        #expect(
            status.strangers == [
                .init(name: "a", service: service, state: "active"),
                .init(name: "z", service: service, state: "active"),
            ]
        )
    }

    @Test(
        "A change that waits, or a transfer that goes on, longer than the delay and ten seconds makes a copy behind",
        arguments: [
            // waiting, since, sending since, delay, behind
            (0, 0, 0, "1", false), (3, 95, 0, "1", false), (3, 75, 76, "1", true), (3, 75, 76, "14.5", false),
            (1, 75, 76, "13.9", true), (0, 0, 75, "1", true), (0, 0, 98, "0", false), (1, 89, 0, "0", true),
            (1, 90, 0, "0", false),
        ]
    )
    func behind(waiting: Int, since: Int, sending: Int, delay: String, isBehind: Bool) throws {
        let figures =
            "\"waiting\":\(waiting),\"waiting_since\":\(since),\"sending_since\":\(sending),\"sending_full\":false"
        let report = Self.report.replacing("\"failures\":0", with: "\"failures\":0,\(figures)")
        let settings = "setting b.lua:    delay   = \"900\",\nsetting a.lua:    delay   = \"\(delay)\", -- seconds\n"
        let copy = try #require(try MasterState(settings: settings, reports: [report]).status(of: ["a"]).copies.first)
        #expect(copy.isBehind == isBehind && copy.isSound == !isBehind, "\(copy)")
        #expect(copy.waitingFor == (waiting > 0 ? 100 - since : nil))
        #expect(copy.sendingFor == (sending > 0 ? 100 - sending : nil))
    }

    @Test("A copy with a path that is left out is not sound")
    func leftOut() throws {
        let figures = "\"left_out\":[{\"path\":\"/media\",\"why\":\"unmounted\"}],\"left_out_count\":1"
        let report = Self.report.replacing("\"runs\":2", with: figures)
        let copy = try #require(try MasterState(reports: [report]).status(of: ["a"]).copies.first)
        #expect(copy.isIncomplete && !copy.isSound)
    }

    @Test("What is no answer is none", arguments: ["", "sudo: no\n", "1\n"])
    func noAnswer(text: String) {
        let questions = FleetStatus.facts(copies: ["a"])
        let outputs = questions.snippets.indices.map { ($0, ProbeOutput(text: text)) }
        let facts = questions.facts(in: Dictionary(uniqueKeysWithValues: outputs))
        #expect(throws: PlanError.self) { try FleetStatus(of: ["a"], in: facts) }
    }

    @Test(
        "The script counts what the real lsyncd watches at that moment, whatever it reported before",
        .timeLimit(.minutes(2)),
        arguments: ["dash", "bash", "busybox sh"]
    )
    func countedNow(shell: String) async throws {
        try await Replication.with { replication in
            try await replication.untilLive()
            _ = try await LocalProgram.shell("cd \"$1\" && mkdir $(seq 50)", replication.source)
            let copies = [Replication.name]
            let ask = { (hidden: String) in
                try await MasterAnswers.ask(
                    FleetStatus.facts(copies: copies),
                    in: shell,
                    moving: [
                        "/usr/local/lib/lockstep/instance.lua": replication.configuration,
                        "cd /etc/lockstep": "cd \(replication.directory)/etc",
                        "/run/lockstep/": "\(replication.directory)/run/",
                        "fdinfo": hidden,
                    ]
                )
            }
            try await eventually("the new directories are counted") {
                let status = try FleetStatus(of: copies, in: try await ask("fdinfo"))
                return status.watches.used >= 51 && status.watches.age == 0 && status.instances.used == 1
            }
            let copy = try #require(try FleetStatus(of: copies, in: try await ask("fdinfo")).copies.first)
            #expect(copy.name == Replication.name && copy.delay == 0.1 && copy.report?.phase == .live, "\(copy)")
            // As where not even root may look at what other users' processes have open.
            #expect(try await ask("none").value(of: InotifyUseFact()) == [nil])
        }
    }

    @Test("The script finds this machine's limits")
    func script() async throws {
        let facts = try await MasterAnswers.ask(FleetStatus.facts(copies: ["no such-copy"]))
        let status = try FleetStatus(of: ["no such-copy"], in: facts)
        #expect(status.watches.allowed > 0 && status.instances.allowed > 0)
        #expect(throws: Never.self) { try facts.value(of: InotifyUseFact()) }
    }

    @Test("A hundred copies cost as many processes as ten", arguments: [10, 100])
    func processes(count: Int) async throws {
        try await TemporaryDirectory.with { directory in
            let copies = (0..<count).map { "edge\($0)" }
            let tools = try await CountedTools.install(in: directory)
            let master = try await LaidOutMaster.install(copies, in: directory)
            let facts = try await MasterAnswers.ask(
                FleetStatus.facts(copies: copies),
                moving: master.places,
                preface: tools.preface
            )
            let status = try FleetStatus(of: copies, in: facts)
            #expect(
                status.copies.allSatisfy { $0.isSound && $0.state == "active" && $0.restarts == 3 && $0.delay == 2 }
            )
            #expect(status.copies.map(\.service) == copies.map { "lockstep-lsyncd@\($0).service" })
            #expect(try facts.value(of: InotifyUseFact()).count == count)
            #expect(
                tools.started == [
                    "cat", "date", "grep", "grep", "grep", "grep", "grep", "grep", "grep", "head", "sed", "sed", "sed",
                    "sed", "systemctl", "timeout", "timeout", "tr",
                ]
            )
        }
    }
}
