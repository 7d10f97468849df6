import Inventory
import Testing

@Suite("Slaves added to an inventory")
struct InventoryAdditionTests {
    @Test(
        "A line follows the last slave; every other byte stays",
        arguments: [
            ("[master]\nhub\n[slaves]\na\n", "[master]\nhub\n[slaves]\na\nnew\n"),
            // The comment below belongs to what follows it.
            (
                "[slaves]\na # x\n\n# South\n[slaves:vars]\nt = 1\n",
                "[slaves]\na # x\nnew\n\n# South\n[slaves:vars]\nt = 1\n"
            ),
            ("[slaves]\r\na\r\n\r\n[master]\r\nhub\r\n", "[slaves]\r\na\r\nnew\r\n\r\n[master]\r\nhub\r\n"),
            ("[master]\r\nhub\r\n[slaves]\r\na", "[master]\r\nhub\r\n[slaves]\r\na\r\nnew"),
            ("[slaves]\ra\r", "[slaves]\ra\rnew\r"), ("[slaves]", "[slaves]\nnew"),
            ("[slaves] # odd\n", "[slaves] # odd\nnew\n"),
            ("\u{FEFF}[slaves]\n  a\t\n", "\u{FEFF}[slaves]\n  a\t\nnew\n"),
            ("[slaves]\na\n[x]\nb\n[slaves]\nc\n[y]\n", "[slaves]\na\n[x]\nb\n[slaves]\nc\nnew\n[y]\n"),
            ("[slaves:hosts]\na\n", "[slaves:hosts]\na\nnew\n"),
            ("[slaves]\na\n[slaves:children]\nx\n[x]\nb\n", "[slaves]\na\nnew\n[slaves:children]\nx\n[x]\nb\n"),
        ]
    )
    func place(before: String, after: String) throws {
        var addition = try InventoryAddition(to: Array(before.utf8), file: "lockstep.ini")
        try addition.add(DraftHost(parsing: "new"), target: nil)
        #expect(Array(after.utf8) == addition.after)
    }

    @Test("Several hosts come in their order, with what belongs to them")
    func several() throws {
        let text = "[slaves]\na\n[slaves:vars]\ntarget = /srv/site\n"
        var addition = try InventoryAddition(to: Array(text.utf8), file: "lockstep.ini")
        try addition.add(DraftHost(parsing: "b=192.0.2.2:22"), target: "/data/it's here")
        try addition.add(DraftHost(parsing: "c[1:9]"), target: nil)
        #expect(
            addition.lines == [
                "b ansible_host=192.0.2.2 ansible_port=22 target=\"/data/it's here\"", "c[1:9]",
            ]
        )
        #expect(addition.firstLine == 3)
        #expect(addition.inheritedTarget(of: try DraftHost(parsing: "d")) == "/srv/site")
    }

    @Test("A host that is there is refused with its place, in whatever group it is")
    func there() throws {
        let text = "[slaves]\nedge[1:3]\n\n[gates]\n  gate\n"
        var addition = try InventoryAddition(to: Array(text.utf8), file: "lockstep.ini")
        for (host, place) in [
            ("edge2", "lockstep.ini:2:1"), ("edge[3:9]", "lockstep.ini:2:1"), ("gate", "lockstep.ini:5:3"),
        ] {
            #expect {
                try addition.add(DraftHost(parsing: host), target: nil)
            } throws: {
                "\($0)".hasPrefix("\(place): there is a host '")
            }
        }
        try addition.add(DraftHost(parsing: "edge4"), target: nil)
        #expect(throws: InventoryErrors.self) { try addition.add(DraftHost(parsing: "edge[4:5]"), target: nil) }
        #expect(addition.lines == ["edge4"])
    }

    @Test("Where the slaves have no section of their own, what to do is said")
    func noSection() {
        #expect(
            message(of: "[master]\nhub\n")
                == "lockstep.ini:1:1: there is no section [slaves] to add a slave to\n"
                + "  hint: add a line [slaves] where the slaves shall stand"
        )
        #expect(
            message(of: "[slaves:children]\nnorth # cold\nsouth\n[north]\na\n[south]\nb\n") == """
                lockstep.ini:1:1: [slaves] is made of other groups; it has no hosts of its own to add a slave to
                 1 | [slaves:children]
                   | ^
                  hint: write the slave under one of them ([north], [south]), or add a section [slaves] beside this one
                """
        )
    }

    private func message(of text: String) -> String {
        do throws(InventoryErrors) {
            _ = try InventoryAddition(to: Array(text.utf8), file: "lockstep.ini")
            return ""
        } catch {
            return error.rendered
        }
    }
}
