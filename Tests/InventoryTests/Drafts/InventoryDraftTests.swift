import INIFile
import Inventory
import Testing

@Suite("Inventories of answers")
struct InventoryDraftTests {
    @Test("What is known stands in the file, and nothing else")
    func text() throws {
        var draft = InventoryDraft()
        draft.master = try DraftHost(parsing: "hub=192.0.2.10")
        draft.source = "/srv/site"
        draft.slaves = [
            try DraftHost(parsing: "edge1=192.0.2.11"), try DraftHost(parsing: "north[1:2]=192.0.2.[21:22]:2222"),
            try DraftHost(parsing: "south[1:50].example.net"), try DraftHost(parsing: "six=[2001:db8::6]:22"),
        ]
        draft.target = "/srv/site"
        draft.ownTargets = [
            InventoryDraft.OwnTarget(name: "edge1", path: "/data/my site"),
            InventoryDraft.OwnTarget(name: "south7.example.net", path: "/data/site"),
            InventoryDraft.OwnTarget(name: "north[1:2]", path: "/north"),
        ]
        draft.user = "deploy"
        draft.become = .doas
        draft.privateKeyFile = "~/.ssh/fleet"
        #expect(
            draft.text == """
                # Written by lockstep init.

                [master]
                hub ansible_host=192.0.2.10

                [slaves]
                edge1 ansible_host=192.0.2.11 target='/data/my site'
                north1 ansible_host=192.0.2.21 ansible_port=2222 target=/north
                north2 ansible_host=192.0.2.22 ansible_port=2222 target=/north
                south[1:50].example.net
                six ansible_host=2001:db8::6 ansible_port=22
                south7.example.net target=/data/site

                [master:vars]
                source = /srv/site

                [slaves:vars]
                target = /srv/site

                [all:vars]
                ansible_user = deploy
                ansible_ssh_private_key_file = ~/.ssh/fleet
                ansible_become = yes
                ansible_become_method = doas

                """
        )
        let fleet = try Self.read(draft.text)
        #expect(fleet.warnings.isEmpty)
        #expect(fleet.slaves.count == 54)
        #expect(fleet.syncs[0].mirrors.first { $0.slave == "south7.example.net" }?.target.text == "/data/site")
        #expect(fleet.syncs[0].mirrors.first { $0.slave == "south8.example.net" }?.target.text == "/srv/site")
    }

    @Test("Odd answers are read back as they were given, without a warning, and never become syntax")
    func oddAnswers() throws {
        var random = OddTexts(seed: 4)
        for _ in 0..<2000 {
            let paths = (0..<4).map { _ in "/srv/x\(random.next())" }
            var draft = InventoryDraft()
            draft.master = try DraftHost(parsing: "hub.example.net:2222")
            draft.slaves = [try DraftHost(parsing: "a.b-c_d=[2001:db8::1]:22"), try DraftHost(parsing: "e[1:3]")]
            draft.source = paths[0]
            draft.target = paths[1]
            draft.ownTargets = [
                InventoryDraft.OwnTarget(name: "a.b-c_d", path: paths[2]),
                InventoryDraft.OwnTarget(name: "e2", path: paths[2]),
            ]
            draft.privateKeyFile = "\(random.next())\(paths[3])"
            let text = draft.text
            #expect(draft.fault(Self.fleet) == nil, "\(text)")
            let fleet = try Self.read(text)
            #expect(fleet.warnings.isEmpty, "\(text)")
            #expect(fleet.syncs.map(\.source.text) == [paths[0]], "\(text)")
            #expect(fleet.syncs[0].mirrors.map(\.target.text) == [paths[2], paths[1], paths[2], paths[1]], "\(text)")
            #expect(fleet.master.connection.privateKeyFile == draft.privateKeyFile, "\(text)")
            #expect(fleet.inventory.hosts.map(\.name) == ["hub.example.net", "a.b-c_d", "e1", "e2", "e3"])
            #expect(fleet.inventory.groups.count == 4)
        }
    }

    @Test(
        "An answer that an inventory would refuse is refused in its words",
        arguments: [
            ("srv", "'source' takes an absolute path, not 'srv'"),
            ("/srv/../etc", "'source' takes an absolute path, not '/srv/../etc': '..' cannot stand in it"),
            ("/proc/x", "'source' '/proc/x' is in /proc, where changes cannot be seen"),
            (
                "/a\nb",
                "'source' takes an absolute path, not '/a\\nb': it has a control character"
            ),
            (
                "/{{ x }}",
                "'source' takes an absolute path, not '/{{ x }}': templates are not expanded in an inventory"
            ),
        ]
    )
    func refused(source: String, message: String) {
        var draft = InventoryDraft()
        draft.source = source
        let fault = draft.fault(Self.fleet)
        #expect(fault?.message == message)
        #expect(fault?.position == nil)
    }

    @Test("A name that is no name is refused, whatever an inventory would make of it bare")
    func names() throws {
        for name in [
            "two words", "#hash", "[master]", "[slaves:vars]", "it's", "a\"b", "x;y", "-n", "ünder", "a=b=c", "::1",
        ] {
            var draft = InventoryDraft()
            let host = try? DraftHost(parsing: name)
            // Beside a good one: bare, a comment or a title would leave a whole fleet behind.
            draft.slaves = [try DraftHost(parsing: "good"), host].compactMap(\.self)
            #expect(host == nil || draft.fault(Self.fleet) != nil, "\(name)")
        }
    }

    @Test("One name for two slaves is refused, and so is one machine")
    func twice() throws {
        var draft = InventoryDraft()
        draft.slaves = [try DraftHost(parsing: "edge[1:3]"), try DraftHost(parsing: "edge2=192.0.2.1")]
        #expect(draft.fault(Self.fleet)?.message == "'edge2' is a slave already")
        draft.slaves = [try DraftHost(parsing: "a=192.0.2.1"), try DraftHost(parsing: "b=192.0.2.1")]
        #expect(draft.fault(Self.fleet)?.message.contains("are one machine") == true)
        draft.slaves = [try DraftHost(parsing: "master")]
        #expect(draft.fault(Self.fleet)?.message == "'master' is the name of a group and of a host")
        draft.slaves = [try DraftHost(parsing: "all")]
        #expect(draft.fault(Self.fleet)?.message == "'all' is the name of a group that is always there")
    }

    static let fleet: @Sendable (Inventory) throws(InventoryErrors) -> Fleet = { inventory throws(InventoryErrors) in
        try Fleet(inventory, localUser: Fleet.LocalUser(name: "me"))
    }

    static func read(_ text: String) throws(InventoryErrors) -> Fleet {
        try fleet(Inventory(parsing: text, file: "lockstep.ini"))
    }
}

/// Texts of everything that means something to somebody, the same ones in each run.
struct OddTexts {
    private var state: UInt64
    private static let pieces = [
        "a", "Z", "7", " ", "  ", "'", "\"", "\\", "#", " #", ";", "=", "[", "]", ":", ",", "$(reboot)", "${HOME}", "`",
        "{", "}", "%", "~", "é", "e\u{301}", "\u{301}", "日本", "😀", "\u{A0}", "\u{200B}", "\\n", "''", "\"\"\"", "True",
        "[slaves]", "target=/etc", "|", "&", "*", "?", "!", "(", ")", "r'x'", "None", "0x1F", "-", "+", "@", ".",
    ]

    init(seed: UInt64) { state = seed }

    mutating func next() -> String {
        let count = Int(step() % 8) + 1
        let text = (0..<count).map { _ in Self.pieces[Int(step() % UInt64(Self.pieces.count))] }.joined()
        // Templates are refused, not quoted.
        return text.contains("{{") || text.contains("{%") || text.hasPrefix("~") ? next() : text
    }

    /// SplitMix64.
    private mutating func step() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
