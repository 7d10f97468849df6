import BuiltInPlaybooks
import LockstepTestSupport
import Playbooks
import Provisioning
import RemoteHost
import SystemPackage
import Testing

@testable import Lsyncd

@Suite("Copies that the master keeps and the inventory does not have")
struct OtherCopiesTests {
    private static let fleet = FleetIdentity(word: nil, sources: ["/srv/site"])

    private static func place(_ host: String, _ address: String, _ target: String = "/srv/site") -> CopyPlace {
        CopyPlace(host: host, address: address, port: "22", user: "root", target: target)
    }

    private static func kept(
        _ name: String,
        _ address: String,
        _ target: String = "/srv/site",
        source: String = "/srv/site",
        keeper: String? = nil,
        word: String? = nil,
        keys: [String] = []
    ) -> KeptCopy {
        KeptCopy(
            name: name,
            keeper: keeper ?? name,
            source: source,
            place: place(name, address, target),
            fleet: FleetIdentity(word: word, sources: [source]),
            keys: keys
        )
    }

    private func layout(
        _ copies: [InstanceLayout.Copy],
        _ kept: [KeptCopy],
        fleet: FleetIdentity = fleet,
        isolation: Isolation = .perSlave,
        chosen: Set<String>? = nil,
        prunes: Bool = false
    ) -> InstanceLayout {
        let survey = MasterSurvey(
            keepers: Dictionary(uniqueKeysWithValues: kept.map { ($0.name, $0.keeper) }),
            copies: kept,
            budget: InotifyBudget(memory: 0, limit: 524_288, isLimitWritable: false)
        )
        return InstanceLayout(
            of: copies,
            chosen: chosen,
            isolation: isolation,
            survey: survey,
            prunes: prunes,
            fleet: fleet
        )
    }

    private let web1 = InstanceLayout.Copy(name: "web1", source: "/srv/site", place: place("web1", "192.0.2.1"))

    @Test("Fleets are one by their word, or without one by a source that they share")
    func identity() {
        let (a, b) = (FleetIdentity(word: "a", sources: ["/x"]), FleetIdentity(word: "b", sources: ["/x"]))
        let none = FleetIdentity(word: "", sources: ["/x", "/y"])
        #expect(a.isSame(as: FleetIdentity(word: "a", sources: [])))
        #expect(!a.isSame(as: b))
        #expect(!a.isSame(as: none))
        #expect(none.isSame(as: FleetIdentity(word: nil, sources: ["/y"])))
        #expect(!none.isSame(as: FleetIdentity(word: nil, sources: ["/x/y"])))
    }

    @Test(
        "A slave that is renamed takes the place of its old self, with and without --prune",
        arguments: [false, true]
    )
    func renamed(prunes: Bool) {
        let others = layout([web1], [Self.kept("edge1", "192.0.2.1")], prunes: prunes).others
        #expect(others.successors == ["edge1": "web1"])
        // It goes on until its successor starts.
        #expect(others.ending == [])
        #expect(others.staying == [:])
        #expect(others.ofSameFleet == [])
        #expect(others.inTheWay == [])
    }

    @Test("In an lsyncd of several copies, the old self goes with the others' new settings")
    func renamedAndShared() {
        let kept = [Self.kept("edge1", "192.0.2.1", keeper: "_shared-1")]
        let layout = layout([web1], kept, isolation: .shards(1))
        #expect(layout.pruned == [])
        #expect(layout.others.leaving == ["edge1": ["web1"]] && layout.others.displaced == ["edge1": "web1"])
        #expect(layout.instances.map { $0.copies.map(\.name) } == [["web1"]])
        #expect(layout.others.successors == [:])
        #expect(layout.others.staying == [:] && layout.others.inTheWay == [])
        // It goes on until web1 has passed its checks.
        #expect(layout.handovers.map(\.arriving) == [["web1"]] && layout.handovers.map(\.leaving) == [["edge1"]])
    }

    @Test("Another address, or a directory beside it, is no successor")
    func unrelated() {
        let others = layout([web1], [Self.kept("a", "192.0.2.9"), Self.kept("b", "192.0.2.1", "/srv/site2")]).others
        #expect(others.successors == [:])
        #expect(others.ofSameFleet == ["a", "b"])
        #expect(others.inTheWay.map(\.relation) == [.own, .own])
        #expect(layout([web1], [Self.kept("b", "192.0.2.1", "/srv/site/docs")]).others.successors == ["b": "web1"])
    }

    @Test(
        "With --prune, one that may be the old self of a slave by its host keys goes on until all others have started"
    )
    func perhapsRenamed() {
        let edge1 = Self.kept("edge1", "192.0.2.9", keys: ["AAAA1"])
        let others = layout([web1], [edge1], prunes: true).others
        #expect(others.ending == [])
        #expect(others.endingLast == ["edge1"])
        #expect(others.staying == ["edge1": "edge1"])
        #expect(others.inTheWay.map(\.relation) == [.pruned])
        // It is not told that --prune would end it.
        #expect(others.ofSameFleet == [])
        #expect(layout([web1], [edge1]).others.endingLast == [])
        #expect(layout([web1], [edge1]).others.inTheWay.map(\.relation) == [.own])
    }

    @Test("It goes at once where no slave can be it")
    func notRenamed() {
        let edge1 = Self.kept("edge1", "192.0.2.9", keys: ["AAAA1"])
        let ending = { (kept: [KeptCopy]) in self.layout([self.web1], kept, prunes: true).others.ending }
        #expect(ending([edge1, Self.kept("web1", "192.0.2.1", keys: ["AAAA2"])]) == ["edge1"])
        #expect(ending([edge1, Self.kept("web1", "192.0.2.1", keys: ["AAAA1"])]) == [])
        #expect(ending([Self.kept("edge1", "192.0.2.9", "/srv/b", keys: ["AAAA1"])]) == ["edge1"])
    }

    @Test("Where one of the two shares an lsyncd, it goes with the handover that its successor has to pass")
    func perhapsRenamedAndShared() {
        let handovers = { (keeper: String?, isolation: Isolation) in
            let edge1 = Self.kept("edge1", "192.0.2.9", "/srv/site/docs", keeper: keeper, keys: ["AAAA1"])
            let layout = self.layout([self.web1], [edge1], isolation: isolation, prunes: true)
            #expect(layout.others.ending == [] && layout.others.endingLast == [])
            #expect(layout.others.staying == [:] && layout.others.inTheWay == [])
            // It may go on, and then its slave must let it in.
            #expect(layout.others.keptTargets == ["/srv/site", "/srv/site/docs"])
            return layout.handovers
        }
        for (keeper, isolation) in [("_shared-1", .perSlave), (nil, .shards(1)), ("_shared-2", .shards(1))]
            as [(String?, Isolation)]
        {
            let found = handovers(keeper, isolation)
            #expect(found.count == 1, "\(keeper ?? "own")")
            #expect(found.first?.arriving == ["web1"] && found.first?.leaving == ["edge1"])
            #expect(found.first?.displaced == [:])
        }
    }

    @Test("A copy whose place one outside of the run is to take goes on until that one has started")
    func awaited() {
        let edge2 = InstanceLayout.Copy(name: "edge2", source: "/srv/site", place: Self.place("edge2", "192.0.2.2"))
        for old in [Self.kept("edge1", "192.0.2.1"), Self.kept("edge1", "192.0.2.9", keys: ["AAAA1"])] {
            let others = { (kept: [KeptCopy]) in
                InstanceLayout(
                    of: [self.web1, edge2],
                    chosen: ["edge2"],
                    survey: MasterSurvey(
                        keepers: Dictionary(uniqueKeysWithValues: kept.map { ($0.name, $0.keeper) }),
                        copies: kept,
                        budget: InotifyBudget(memory: 0, limit: 524_288, isLimitWritable: false)
                    ),
                    prunes: true,
                    fleet: Self.fleet
                ).others
            }
            let known = Self.kept("edge2", "192.0.2.2", keys: ["AAAA2"])
            #expect(others([old, known]).staying == ["edge1": "edge1"])
            #expect(others([old, known]).ending == [] && others([old, known]).endingLast == [])
            // It runs already.
            #expect(others([old, known, Self.kept("web1", "192.0.2.1", keys: ["AAAA1"])]).ending == ["edge1"])
        }
    }

    @Test("Copies of another fleet are not ended by --prune, nor warned of; what is in their way is told")
    func foreign() {
        let docs = Self.kept("docs@edge1", "192.0.2.1", "/srv/docs", source: "/srv/docs")
        let named = Self.kept("old", "192.0.2.1", "/srv/old", word: "blue")
        let gone = Self.kept("gone", "192.0.2.7")
        let others = layout([web1], [docs, named, gone], prunes: true).others
        #expect(others.ending == ["gone"])
        #expect(others.ofSameFleet == [])
        #expect(others.ofOthers.map(\.name) == ["docs@edge1", "old"])
        #expect(others.staying == ["docs@edge1": "docs@edge1", "old": "old"])
        #expect(others.inTheWay.map(\.relation) == [.foreign, .foreign])
        // What any copy is written to stays in the key's line.
        #expect(others.keptTargets == ["/srv/docs", "/srv/old", "/srv/site"])
        #expect(layout([web1], [docs, named, gone]).others.keptTargets == [])
    }

    @Test("A copy of the same name that is another fleet's is in the way; one whose source or target moved is not")
    func sameName() {
        let way = { (kept: KeptCopy, word: String?) in
            let fleet = FleetIdentity(word: word, sources: ["/srv/site"])
            return self.layout([self.web1], [kept], fleet: fleet).others.inTheWay.map(\.name)
        }
        #expect(way(Self.kept("web1", "192.0.2.1", "/srv/docs", source: "/srv/docs"), nil) == ["web1"])
        #expect(way(Self.kept("web1", "192.0.2.1", source: "/srv/docs"), nil) == [])
        #expect(way(Self.kept("web1", "192.0.2.1", "/srv/docs"), nil) == [])
        #expect(way(Self.kept("web1", "192.0.2.1", word: "blue"), "green") == ["web1"])
        // The inventory gives itself a word: its copies stay its own.
        #expect(way(Self.kept("web1", "192.0.2.1"), "green") == [])
    }

    @Test("A slave that the run leaves out takes no place, and what has that place goes on until it does")
    func limited() {
        let kept = [Self.kept("edge1", "192.0.2.1"), Self.kept("edge2", "192.0.2.9", keys: ["AAAA1"])]
        let web2 = InstanceLayout.Copy(
            name: "web2",
            source: "/srv/site",
            place: Self.place("web2", "192.0.2.2", "/srv/b")
        )
        let all = layout([web1, web2], kept, prunes: true).others
        #expect(all.successors == ["edge1": "web1"] && all.endingLast == ["edge2"])
        let others = layout([web1, web2], kept, chosen: ["web2"], prunes: true).others
        #expect(others.successors == [:] && others.endingLast == [])
        #expect(others.ending == [])
        #expect(Set(others.staying.keys) == ["edge1", "edge2"])
    }

    @Test("Where the copies of the inventory were written to before is told by slave, and of no others")
    func formerTargets() {
        let kept = [Self.kept("web1", "192.0.2.1", "/srv/old"), Self.kept("edge1", "192.0.2.9", "/srv/other")]
        #expect(layout([web1], kept).others.formerTargets == ["web1": ["/srv/old"]])
    }

    @Test("A copy comes through a line of a task's argument as it was, with each of its keys")
    func line() throws {
        let kept = Self.kept("docs@edge1", "192.0.2.9", "/srv/a b", source: "/srv/ü", keys: ["AAAA1", "AAAA2"])
        for keys in [kept.keys, []] {
            var kept = kept
            kept.keys = keys
            for relation in [OtherCopy.Relation.own, .shared, .pruned, .foreign] {
                let copy = OtherCopy(kept, relation)
                #expect(OtherCopy(line: copy.line) == copy)
                #expect(copy.keys == keys && copy.relation == relation)
            }
        }
        #expect(OtherCopy(line: "a\town\tb") == nil && OtherCopy(line: OtherCopy(kept, .own).line + "\t") != nil)
        #expect(OtherCopy(line: OtherCopy(kept, .own).line.replacing("\town\t", with: "\tmine\t")) == nil)
    }

    @Test("A fleet is named by its word, and else by what it mirrors")
    func names() {
        #expect(FleetIdentity(word: "blue", sources: ["/b"]).text == "the fleet 'blue'")
        #expect(FleetIdentity(word: "", sources: ["/b", "/a"]).text == "the inventory that mirrors /a, /b")
    }

    @Test("What the master is asked for is read from the settings that it has")
    func survey() async throws {
        try await TemporaryDirectory.with { directory in
            let target = "/srv/it's a \"copy\" é\\"
            let values = [
                "name": "docs@edge1", "source": "/srv/docs", "target": target, "host": "edge1", "sync_user": "mirror",
                "sync_address": "2001:db8::1", "sync_port": "2222", "gate": "receive", "delay": "1.5", "include": "",
                "exclude": "target = \"/x\"", "delete": "yes", "compress": "no", "bandwidth_limit": "0",
                "checksum": "no", "owner_map": "", "group_map": "", "mode_map": "", "hard_links": "no", "acls": "no",
                "xattrs": "no", "fake_super": "no", "modify_window": "yes", "fleet_word": "blue",
                "fleet_sources": "/srv/docs\n/srv/a \"b\"",
            ]
            for (template, path) in [
                ("lsyncd.conf.lua", "lsyncd/docs@edge1.lua"), ("fleet.lua", "fleets/docs@edge1.lua"),
                ("lsyncd.conf.lua", "lsyncd/nobody.lua"),
            ] {
                let text = try #require(BuiltInPlaybooks.template(named: template))
                _ = try await LocalShellHost().run(
                    .script(
                        "mkdir -p \(shellQuoted(directory["lsyncd"])) \(shellQuoted(directory["fleets"]))",
                        deadline: .seconds(20)
                    )
                )
                try directory.write(Template(named: template, text: text).render(values), to: path)
            }
            try directory.write("# by hand\nedge1 ssh-ed25519 AAAA1\nedge1 ssh-rsa AAAA2\n", to: "known_hosts")
            let facts = try await MasterAnswers.ask(
                FactSet(KeptCopiesFact()),
                moving: ["cd /etc/lockstep": "cd \(directory.path.string)"]
            )
            let kept = try facts.value(of: KeptCopiesFact())
            #expect(kept.names == ["docs@edge1", "nobody"])
            #expect(kept.delays["docs@edge1"] == 1.5)
            let copies = kept.copies(keptBy: ["docs@edge1": "docs@edge1"])
            let place = CopyPlace(host: "edge1", address: "2001:db8::1", port: "2222", user: "mirror", target: target)
            #expect(
                copies == [
                    KeptCopy(
                        name: "docs@edge1",
                        keeper: "docs@edge1",
                        source: "/srv/docs",
                        place: place,
                        fleet: FleetIdentity(word: "blue", sources: ["/srv/docs", "/srv/a \"b\""]),
                        keys: ["AAAA1", "AAAA2"]
                    )
                ]
            )
        }
    }
}
