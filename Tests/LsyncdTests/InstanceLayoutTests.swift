import Foundation
import LockstepTestSupport
import Provisioning
import SystemPackage
import Testing

@testable import Lsyncd

@Suite("Which lsyncd keeps which copy")
struct InstanceLayoutTests {
    static func copies(_ count: Int, of source: String = "/srv/a") -> [InstanceLayout.Copy] {
        (1...count).map { InstanceLayout.Copy(name: "edge\($0)", source: source) }
    }

    static func survey(
        _ keepers: [String: String] = [:],
        directories: Int = 1000,
        watches: Int = 524_288
    ) -> MasterSurvey {
        MasterSurvey(
            keepers: keepers,
            directories: ["/srv/a": directories],
            budget: InotifyBudget(memory: 0, limit: watches, isLimitWritable: false)
        )
    }

    func members(_ layout: InstanceLayout) -> [String: [String]] {
        Dictionary(uniqueKeysWithValues: layout.instances.map { ($0.name, $0.copies.map(\.name)) })
    }

    @Test(
        "Words of the inventory",
        arguments: [
            ("auto", Isolation.automatic), ("per-slave", .perSlave), ("shared", .shards(1)), ("shards:3", .shards(3)),
        ]
    )
    func words(word: String, isolation: Isolation) {
        #expect(Isolation(word) == isolation)
    }

    @Test("What is no word for it", arguments: ["", "shards", "shards:", "shards:0", "shards:-1", "shards:x", "Auto"])
    func noWord(word: String) {
        #expect(Isolation(word) == nil)
    }

    @Test("Each copy has an lsyncd of its own, named as it is")
    func perSlave() {
        let layout = InstanceLayout(of: Self.copies(3))
        #expect(members(layout) == ["edge1": ["edge1"], "edge2": ["edge2"], "edge3": ["edge3"]])
        #expect(layout.instances.allSatisfy { !$0.isShared })
    }

    @Test("Shards are filled evenly, and a copy that is added or taken out moves no other")
    func shards() {
        let first = InstanceLayout(of: Self.copies(5), isolation: .shards(2))
        #expect(members(first) == ["_shared-1": ["edge1", "edge3", "edge5"], "_shared-2": ["edge2", "edge4"]])
        let keepers = Dictionary(
            uniqueKeysWithValues: Self.copies(5).map { ($0.name, first.instance(of: $0.name)?.name ?? "") }
        )
        let grown = InstanceLayout(of: Self.copies(6), isolation: .shards(2), survey: Self.survey(keepers))
        #expect(
            members(grown) == ["_shared-1": ["edge1", "edge3", "edge5"], "_shared-2": ["edge2", "edge4", "edge6"]]
        )
        // edge3 is in the inventory no longer: it stays where it is, as with an lsyncd of its own, and that is told.
        let shrunk = InstanceLayout(
            of: Self.copies(5).filter { $0.name != "edge3" },
            isolation: .shards(2),
            survey: Self.survey(keepers)
        )
        #expect(members(shrunk) == ["_shared-1": ["edge1", "edge5", "edge3"], "_shared-2": ["edge2", "edge4"]])
        #expect(shrunk.strangers == ["edge3": "_shared-1"])
    }

    @Test("A copy that the fleet does not have goes where that is wished, and its lsyncd is in the run for it")
    func pruning() {
        let keepers = ["edge1": "edge1", "edge2": "edge2", "gone": "gone"]
        let kept = InstanceLayout(of: Self.copies(2), survey: Self.survey(keepers))
        #expect(kept.strangers == ["gone": "gone"])
        #expect(kept.pruned == [])
        let pruned = InstanceLayout(of: Self.copies(2), survey: Self.survey(keepers), prunes: true)
        #expect(members(pruned) == ["edge1": ["edge1"], "edge2": ["edge2"]])
        #expect(pruned.pruned == ["gone"])
        #expect(pruned.strangers == [:])
        // Also where the run is about others, what shares an lsyncd with it is told of the new settings.
        let shared = InstanceLayout(
            of: Self.copies(3),
            chosen: ["edge3"],
            survey: Self.survey(["edge1": "_shared-1", "gone": "_shared-1", "edge2": "edge2", "edge3": "edge3"]),
            prunes: true
        )
        #expect(members(shared) == ["_shared-1": ["edge1"], "edge3": ["edge3"]])
    }

    @Test("A run about some slaves has to do with the lsyncd that have or get their copies, and moves no others")
    func limited() {
        let alone = Dictionary(uniqueKeysWithValues: Self.copies(4).map { ($0.name, $0.name) })
        let moved = InstanceLayout(
            of: Self.copies(4),
            chosen: ["edge2"],
            isolation: .shards(1),
            survey: Self.survey(alone)
        )
        #expect(members(moved) == ["_shared-1": ["edge2"]])
        let together = alone.mapValues { _ in "_shared-1" }
        let back = InstanceLayout(
            of: Self.copies(4),
            chosen: ["edge2"],
            isolation: .perSlave,
            survey: Self.survey(together)
        )
        #expect(members(back) == ["_shared-1": ["edge1", "edge3", "edge4"], "edge2": ["edge2"]])
        let others = InstanceLayout(of: Self.copies(4), chosen: ["edge2"], survey: Self.survey(alone))
        #expect(members(others) == ["edge2": ["edge2"]])
    }

    @Test(
        "Without a wish, each has its own while that fits twice, and else there are as many as fit twice",
        arguments: [(1000, nil), (16_384, nil), (16_385, 15), (100_000, 2), (300_000, 1), (9_000_000, 1)]
    )
    func automatic(directories: Int, shared: Int?) {
        let layout = InstanceLayout(
            of: Self.copies(16),
            isolation: .automatic,
            survey: Self.survey(directories: directories)
        )
        #expect(layout.instances.count == shared ?? 16)
        #expect(layout.instances.allSatisfy { $0.isShared == (shared != nil) })
        #expect(layout.watches == directories * (shared ?? 16))
    }

    @Test("What runs may grow into what was left for that, and is laid out anew when it would not fit at all")
    func hysteresis() {
        let alone = Dictionary(uniqueKeysWithValues: Self.copies(16).map { ($0.name, $0.name) })
        let layout = { (keepers: [String: String], directories: Int) in
            InstanceLayout(
                of: Self.copies(16),
                isolation: .automatic,
                survey: Self.survey(keepers, directories: directories)
            ).instances.count
        }
        #expect(layout(alone, 32_768) == 16)
        #expect(layout(alone, 32_769) == 7)
        let seven = Dictionary(
            uniqueKeysWithValues: Self.copies(16).enumerated().map { ($0.element.name, "_shared-\($0.offset % 7 + 1)") }
        )
        #expect(layout(seven, 74_898) == 7)
        #expect(layout(seven, 74_899) == 3)
        #expect(layout(seven, 16_385) == 7)
        #expect(layout(seven, 16_384) == 16)
    }

    @Test("Where the directories could not be counted, each copy has its own")
    func notCounted() {
        let survey = MasterSurvey(budget: InotifyBudget(memory: 0, limit: 8192, isLimitWritable: false))
        let layout = InstanceLayout(of: Self.copies(3), isolation: .automatic, survey: survey)
        #expect(layout.instances.count == 3 && layout.watches == nil)
    }

    @Test("The budget is an eighth of the memory, or the limit where that is larger or fixed")
    func budget() {
        #expect(InotifyBudget(memory: 8_000_000, limit: 8192, isLimitWritable: true).watches == 1_000_000)
        #expect(InotifyBudget(memory: 8_000_000, limit: 8192, isLimitWritable: false).watches == 8192)
        #expect(InotifyBudget(memory: 800, limit: 8192, isLimitWritable: true).watches == 8192)
        #expect(InotifyBudget.limit(for: 10) == 524_288)
        #expect(InotifyBudget.limit(for: 1_000_000) == 2_000_000)
    }

    @Test("The master is asked in its own sh: its limits, its directories, and who keeps what")
    func survey() async throws {
        try await TemporaryDirectory.with { directory in
            _ = try await LocalProgram.shell(
                """
                cd "$1" && mkdir -p "it's/a/b" "it's/c" units/lockstep-lsyncd@_shared-1.service.d units/lockstep-lsyncd@e3.service.d
                printf '[Service]\\nEnvironment="LOCKSTEP_COPIES=e1 e2"\\n' >units/lockstep-lsyncd@_shared-1.service.d/copies.conf
                printf 'Environment="LOCKSTEP_COPIES=e3"\\n' >units/lockstep-lsyncd@e3.service.d/copies.conf
                mkdir units/lockstep-lsyncd@docs@e.4.service.d
                printf 'Environment="LOCKSTEP_COPIES=docs@e.4"\\n' >units/lockstep-lsyncd@docs@e.4.service.d/copies.conf
                """,
                directory.path.string
            )
            let sources = [directory["it's"], directory["nowhere"]]
            let copies = [("e1", sources[0]), ("e2", sources[0]), ("e3", sources[1])].map {
                InstanceLayout.Copy(name: $0, source: $1)
            }
            let survey = { () async throws -> MasterSurvey in
                try await Self.asked(
                    copies,
                    moving: [
                        "/etc/systemd/system/": directory["units"] + "/", "/run/systemd/system": directory["units"],
                        "/run/lockstep/": directory["run"] + "/",
                    ]
                )
            }
            let first = try await survey()
            #expect(first.keepers == ["e1": "_shared-1", "e2": "_shared-1", "e3": "e3", "docs@e.4": "docs@e.4"])
            #expect(first.directories == [sources[0]: 4])
            #expect(first.budget.watches >= 8192)

            // An lsyncd that follows this source and no other has counted; the one of e3 follows another.
            let now = Int(Date().timeIntervalSince1970)
            let report = { (copy: String, watches: Int, time: Int) in
                let text =
                    #"{"name":"\#(copy)","phase":"live","watches":\#(watches),"written_at":\#(time),"x":1}"# + "\n"
                try directory.write(text, to: "run/\(copy)/report.json")
            }
            for (copy, watches) in [("e1", 100), ("e2", 100), ("e3", 7)] {
                _ = try await LocalProgram.run("mkdir", ["-p", directory["run/\(copy)"]])
                // Fresh for as long as this test may take.
                try report(copy, watches, now + 600)
            }
            #expect(try await survey().directories == [sources[0]: 99, sources[1]: 6])

            // What an lsyncd said that ran before is not believed.
            try report("e2", 100, now - 11)
            try report("e3", 7, now - 11)
            #expect(try await survey().directories == [sources[0]: 4])
        }
    }

    /// What this machine answers as a master, asked as a run asks it.
    private static func asked(
        _ copies: [InstanceLayout.Copy],
        moving places: KeyValuePairs<String, String>
    ) async throws -> MasterSurvey {
        let facts = try await MasterAnswers.ask(MasterSurvey.facts(counting: copies), moving: places)
        var trees = FactSet()
        for tree in MasterSurvey.uncounted(of: copies, in: facts) { trees.insert(tree) }
        let all = try await MasterAnswers.ask(trees, moving: places, beside: facts)
        return try MasterSurvey(all, counting: copies)
    }

    @Test("Only sources are counted of which no lsyncd tells that follows them alone")
    func uncounted() throws {
        let copies = [("a1", "/a"), ("a2", "/a"), ("b1", "/b"), ("c1", "/c")].map {
            InstanceLayout.Copy(name: $0, source: $1)
        }
        let report = { (name: String, watches: Int) in
            #"{"name":"\#(name)","phase":"live","watches":\#(watches),"written_at":99}"#
        }
        var state = MasterState(
            keepers: ["_shared-1": ["a1", "b1"], "a2": ["a2"], "c1": ["c1"]],
            reports: [report("a1", 9), report("b1", 9), report("a2", 5), report("c1", 1)]
        )
        let uncounted = { (state: MasterState) in
            try MasterSurvey.uncounted(of: copies, in: state.facts(about: copies.map(\.name))).map(\.path.text)
        }
        #expect(try uncounted(state) == ["/b", "/c"])
        state.now = 109
        #expect(try uncounted(state) == ["/a", "/b", "/c"], "nobody has counted for ten seconds")
    }

    @Test("A hundred copies cost as many processes as ten", arguments: [10, 100])
    func processes(count: Int) async throws {
        try await TemporaryDirectory.with { directory in
            let copies = Self.copies(count)
            let tools = try await CountedTools.install(in: directory)
            let master = try await LaidOutMaster.install(copies.map(\.name), in: directory)
            let facts = try await MasterAnswers.ask(
                MasterSurvey.facts(counting: copies),
                moving: master.places,
                preface: tools.preface
            )
            #expect(MasterSurvey.uncounted(of: copies, in: facts).isEmpty)
            #expect(try MasterSurvey(facts, counting: copies).directories == ["/srv/a": 2])
            #expect(
                tools.started == [
                    "cat", "date", "grep", "grep", "grep", "grep", "grep", "sed", "sed", "sed", "sed", "sed",
                ]
            )
        }
    }

    @Test("Where there is no systemd, the copies of each lsyncd stand in files of Lockstep's own")
    func keepersWithoutSystemd() async throws {
        try await TemporaryDirectory.with { directory in
            _ = try await LocalProgram.run("mkdir", [directory["services"]])
            for (name, copies) in [("e1", "e1"), ("_shared-1", "'docs@e.2 e3'")] {
                try directory.write("# A comment\ncopies=\(copies)\nsources=/srv\n", to: "services/\(name)")
            }
            let facts = try await MasterAnswers.ask(
                FactSet(KeepersFact()),
                moving: [
                    "/etc/lockstep/services/": directory["services"] + "/", "/run/systemd/system": directory["none"],
                ]
            )
            #expect(try facts.value(of: KeepersFact()) == ["_shared-1": ["docs@e.2", "e3"], "e1": ["e1"]])
        }
    }

    @Test("What is no answer is none", arguments: ["", "junk", "x\n1\nwritable", "1\n1\nwritable"])
    func noSurvey(text: String) {
        let copies = [InstanceLayout.Copy(name: "e1", source: "/srv")]
        let questions = MasterSurvey.facts(counting: copies)
        let outputs = questions.snippets.indices.map { ($0, ProbeOutput(text: text)) }
        let facts = questions.facts(in: Dictionary(uniqueKeysWithValues: outputs))
        #expect(throws: PlanError.self) { try MasterSurvey(facts, counting: copies) }
    }
}
