import INIFile
import Testing

@testable import Inventory

@Suite("Sections that say what is mirrored")
struct SyncTests {
    private static let hosts = "[master]\nhub\n[slaves]\nedge[1:3]\n"

    private func fleet(_ text: String) throws -> Fleet {
        try Fleet(Inventory(parsing: text, file: "fleet.ini"), localUser: Fleet.LocalUser(name: "me"))
    }

    @Test("Without a section, variables say it: one directory without a name, its copies called as the slaves")
    func variables() throws {
        let fleet = try fleet("[master]\nhub source=/srv/a\n[slaves]\nedge1 target=/b\nedge2 target=/c delay=5\n")
        #expect(fleet.syncs.map(\.name) == [nil])
        #expect(fleet.syncs[0].mirrors.map(\.name) == ["edge1", "edge2"])
        #expect(fleet.syncs[0].mirrors.map(\.settings["delay"]) == ["1", "5"])
        #expect(fleet.syncs[0].mirrors[1].origins["target"]?.fileAndLine == "fleet.ini:5")
        #expect(fleet.syncs[0].mirrors[0].settings["delete"] == "yes")
        #expect(fleet.master.variables["source"] == "/srv/a")
    }

    @Test("A section has every setting in its one spelling, and the defaults of the others")
    func settings() throws {
        let fleet = try fleet(
            Self.hosts + """
                [sync:docs]
                source  = //srv/docs/
                target  = /srv/docs
                to      = slaves:!edge3
                exclude = *.tmp, "a, b"
                include =
                    /keep/*.tmp
                    #cache#
                    [abc]
                    'ends in a blank '
                delete          = startup
                delay           = 0.250
                compress        = on
                bandwidth_limit = 1.5M
                checksum        = TRUE
                owner_map       = alice:bob, 1000:2000, *:www-data
                group_map       = *:www-data
                mode_map        = D755,F644, ug-s
                hard_links      = y
                acls            = yes
                xattrs          = 1
                # A comment between sections.
                [sync:data]
                source = /srv/data
                target = /srv/data
                """
        )
        #expect(fleet.syncs.map(\.name) == ["docs", "data"])
        let docs = fleet.syncs[0]
        #expect(docs.mirrors.map(\.name) == ["docs@edge1", "docs@edge2"])
        #expect(
            docs.mirrors[0].settings == [
                "source": "/srv/docs", "target": "/srv/docs", "exclude": "*.tmp\na, b",
                "include": "/keep/*.tmp\n#cache#\n[abc]\nends in a blank ", "delete": "startup", "delay": "0.25",
                "compress": "yes", "bandwidth_limit": "1572864", "checksum": "yes",
                "owner_map": "alice:bob,1000:2000,*:www-data", "group_map": "*:www-data", "mode_map": "D755,F644,ug-s",
                "hard_links": "yes", "acls": "yes", "xattrs": "yes", "fake_super": "no",
            ]
        )
        #expect(docs.mirrors[0].delay == .milliseconds(250))
        let data = fleet.syncs[1].mirrors
        #expect(data.map(\.slave) == ["edge1", "edge2", "edge3"])
        #expect(
            data[0].settings == [
                "source": "/srv/data", "target": "/srv/data", "exclude": "", "include": "", "delete": "yes",
                "delay": "1", "compress": "no", "bandwidth_limit": "0", "checksum": "no", "owner_map": "",
                "group_map": "", "mode_map": "", "hard_links": "no", "acls": "no", "xattrs": "no", "fake_super": "no",
            ]
        )
    }

    @Test("What a section does not set is the host's variable, and each value knows where it stands")
    func variablesBelow() throws {
        let fleet = try fleet(
            """
            [master]
            hub source=/srv/all
            [slaves]
            edge1 target=/b delay=7
            edge2 target=/c
            [sync:all]
            [sync:data]
            source = /data
            target = /data
            delay  = 3
            """
        )
        let (all, data) = (fleet.syncs[0], fleet.syncs[1])
        #expect(all.source.text == "/srv/all")
        #expect(all.sourceOrigin?.fileAndLine == "fleet.ini:2")
        #expect(all.mirrors.map(\.target.text) == ["/b", "/c"])
        #expect(all.mirrors.map(\.settings["delay"]) == ["7", "1"])
        #expect(all.mirrors[0].origins["delay"]?.fileAndLine == "fleet.ini:4")
        #expect(all.mirrors[1].origins["delay"] == nil)
        #expect(data.mirrors.map(\.settings["delay"]) == ["3", "3"])
        #expect(data.mirrors[0].origins["delay"]?.fileAndLine == "fleet.ini:10")
        #expect(fleet.warnings.isEmpty)
    }

    @Test("One source may go to different slaves in different ways")
    func sameSource() throws {
        let text =
            Self.hosts + """
                [sync:near]
                source = /srv/data
                target = /srv/data
                to     = edge1,edge2
                [sync:far]
                source   = /srv/data
                target   = /srv/data
                to       = edge3
                compress = yes
                """
        #expect(try fleet(text).syncs.map { $0.mirrors.map(\.slave) } == [["edge1", "edge2"], ["edge3"]])
    }

    @Test("A limited fleet mirrors to the chosen slaves only")
    func limited() throws {
        let text = Self.hosts + "[sync:a]\nsource=/a\ntarget=/a\n[sync:b]\nsource=/b\ntarget=/b\nto=edge3\n"
        let limited = try fleet(text).limited(to: HostPattern(parsing: "edge2"))
        #expect(limited.syncs.map { $0.mirrors.map(\.name) } == [["a@edge2"], []])
    }

    @Test("An Ansible group that is called sync keeps its sections")
    func groupCalledSync() throws {
        let text = "[master]\nhub source=/a\n[slaves]\nedge1 target=/b\n[sync]\nedge1\n[sync:vars]\nx=1\n"
        let fleet = try fleet(text)
        #expect(fleet.syncs.map(\.name) == [nil])
        #expect(fleet.slaves[0].host.variables["x"] == "1")
    }

    @Test(
        "Amounts of bytes",
        arguments: [
            ("0", "0"), ("1024", "1024"), ("1k", "1024"), ("500K", "512000"), ("2M", "2097152"), ("0.5G", "536870912"),
        ]
    )
    func bytes(text: String, expected: String) throws {
        #expect(try SettingType.bytesPerSecond.normalized(text) == expected)
    }

    @Test("These are no amounts of bytes", arguments: ["", "k", "1kb", "-1", "1023", "1..5k", "1e3", "9999999999G"])
    func noBytes(text: String) {
        #expect(throws: SettingFault.self) { try SettingType.bytesPerSecond.normalized(text) }
    }

    @Test(
        "These are no maps, modes or patterns",
        arguments: [
            (SettingType.nameMap, ["alice", "a:b:c", "*:*", "a b:c", ":b", "a:", "a:b,,c:d", "-x:y"]),
            (.modes, ["755x", "D", "u", "u+", "D9", "F+rwy", "a=r;id", "75"]),
            (.patterns, ["a,,b", "!", "\"a", "'a' b", "''", ",", "a\u{7F}"]),
        ] as [(SettingType, [String])]
    )
    func refused(type: SettingType, texts: [String]) {
        for text in texts { #expect(throws: SettingFault.self, "\(text)") { try type.normalized(text) } }
    }
}
