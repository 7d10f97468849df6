import Provisioning
import Testing

@testable import Lsyncd

@Suite("The handover of copies")
struct HandoverModuleTests {
    func plan(
        _ present: [String],
        wanted: [String],
        pruned: [String] = [],
        former: [String] = [],
        moves: Bool = true,
        kept: [String]? = nil,
        manager: String = "systemd"
    ) throws -> TaskPlan {
        var arguments: [String: Deferred<String>] = [
            "keepers": .known(wanted.joined(separator: "\n")), "pruned": .known(pruned.joined(separator: "\n")),
            "former": .known(former.joined(separator: "\n")), "moves": .known(moves ? "yes" : "no"),
            "manager": .known(manager),
        ]
        if let kept { arguments["kept"] = .known(kept.joined(separator: "\n")) }
        let module = try HandoverModule(ModuleArguments(arguments))
        let answer = ProbeOutput(text: present.map { "keeper \($0)\n" }.joined())
        return try module.plan(from: module.facts.facts(in: [0: answer]), in: PlanContext())
    }

    func script(_ plan: TaskPlan) -> String {
        if case .change(let change) = plan { change.script } else { "" }
    }

    func summary(_ plan: TaskPlan) -> String {
        if case .change(let change) = plan { change.summary } else { "" }
    }

    func writes(_ plan: TaskPlan) -> Set<String> {
        if case .change(let change) = plan { change.writes } else { [] }
    }

    @Test("Nothing stops where every copy stays, is new, or is none of this run")
    func nothing() throws {
        #expect(try plan(["a a", "_shared-1 b c"], wanted: ["a a", "_shared-1 b c d", "e e"]) == .ok())
        #expect(try plan(["a a", "x x"], wanted: ["a a"]) == .ok())
        #expect(try plan([], wanted: ["a a"]) == .ok())
    }

    @Test("An lsyncd that loses one of its copies stops, and starts with the host no longer")
    func one() throws {
        let plan = try plan(["_shared-1 b c"], wanted: ["_shared-1 c", "b b"])
        #expect(script(plan) == "systemctl -q disable --now -- lockstep-lsyncd@_shared-1.service")
    }

    @Test("Where scripts start what has a file there, the file goes in any case, and is written anew")
    func scripts() throws {
        let plan = try plan(["_shared-1 b c"], wanted: ["_shared-1 c", "b b"], manager: "sysvinit")
        #expect(
            script(plan) == """
                /etc/init.d/lockstep-lsyncd stop _shared-1
                rm -rf -- /etc/lockstep/services/_shared-1
                """
        )
        // Whoever writes it anew knows that it is gone.
        #expect(writes(plan) == ["/etc/lockstep/services/_shared-1"])
        #expect(try writes(self.plan(["b b"], wanted: ["_shared-1 b"], manager: "sysvinit")) == [])
    }

    @Test("A copy that is to go leaves its lsyncd, which goes with its last one; what it was set to stays beside")
    func pruned() throws {
        let present = ["_shared-1 b c", "a a", "d d"]
        let plan = try plan(present, wanted: ["_shared-1 b", "d d"], pruned: ["a", "c"])
        #expect(
            script(plan) == """
                systemctl -q disable --now -- lockstep-lsyncd@_shared-1.service
                [ ! -e /etc/lockstep/lsyncd/c.lua ] || mv -f -- /etc/lockstep/lsyncd/c.lua /etc/lockstep/lsyncd/c.lua.previous
                rm -rf -- /etc/lockstep/fleets/c.lua /var/lib/lockstep/c
                systemctl -q disable --now -- lockstep-lsyncd@a.service
                rm -rf -- /etc/systemd/system/lockstep-lsyncd@a.service.d
                [ ! -e /etc/lockstep/lsyncd/a.lua ] || mv -f -- /etc/lockstep/lsyncd/a.lua /etc/lockstep/lsyncd/a.lua.previous
                rm -rf -- /etc/lockstep/fleets/a.lua /var/lib/lockstep/a
                """
        )
        #expect(summary(plan) == "end copies that nobody wants any more")
        #expect(try self.plan(["d d"], wanted: ["d d"], pruned: ["a"]) == .ok())
        let both = try self.plan(["a a", "_shared-1 b c"], wanted: ["b b", "_shared-1 c"], pruned: ["a"])
        #expect(
            summary(both)
                == "let go of copies that another lsyncd is to keep, end copies that nobody wants any more"
        )
    }

    @Test("One whose copies are all others now stays where it is")
    func exchanged() throws {
        let plan = try plan(["_shared-1 a"], wanted: ["_shared-1 b"], pruned: ["a"])
        #expect(!script(plan).contains("lockstep-lsyncd@_shared-1.service.d"))
    }

    @Test("A copy whose place another takes ends in the step of that other, and in no one else's")
    func succeeded() throws {
        let plan = try plan(["old old", "a a"], wanted: ["new new"], former: ["new old", "a other"], moves: false)
        #expect(
            script(plan) == """
                systemctl -q disable --now -- lockstep-lsyncd@old.service
                rm -rf -- /etc/systemd/system/lockstep-lsyncd@old.service.d
                [ ! -e /etc/lockstep/lsyncd/old.lua ] || mv -f -- /etc/lockstep/lsyncd/old.lua /etc/lockstep/lsyncd/old.lua.previous
                rm -rf -- /etc/lockstep/fleets/old.lua /var/lib/lockstep/old
                """
        )
        #expect(summary(plan) == "end copies whose place another takes")
        #expect(try self.plan(["old old", "a a"], wanted: ["a a"], former: ["new old"], moves: false) == .ok())
    }

    @Test("A copy that somebody else keeps than was seen before the run ends the host's part, and nothing stops")
    func unseen() throws {
        let present = ["_shared-1 b c"]
        let error = #expect(throws: PlanError.self) { try plan(present, wanted: ["b b"], moves: false, kept: []) }
        #expect(error?.message.contains("_shared-1 keeps b") == true)
        #expect(throws: PlanError.self) { try plan(present, wanted: ["b b"], moves: false, kept: ["b b"]) }
        #expect(try plan(present, wanted: ["b b"], moves: false, kept: ["b _shared-1"]) == .ok())
        // What stays is seen now, and what the run does not know is left alone.
        #expect(try plan(["b b", "_shared-1 x"], wanted: ["b b"], moves: false, kept: []) == .ok())
    }

    @Test("The last step ends what is to go, and touches nothing that moved before it")
    func last() throws {
        let plan = try plan(
            ["b b", "_shared-1 c d", "x x"],
            wanted: ["_shared-1 b c", "d d"],
            pruned: ["x"],
            moves: false
        )
        #expect(script(plan).contains("lockstep-lsyncd@x.service"))
        #expect(!script(plan).contains("@b.service") && !script(plan).contains("_shared-1"))
    }

    @Test("A carriage return at the end of a line hides no copy whose place is taken")
    func carriageReturns() throws {
        let plan = try plan(["old old"], wanted: ["new new"], former: ["new other\r", "new old"], moves: false)
        #expect(script(plan).contains("lockstep-lsyncd@old.service"))
    }

    @Test("One that loses all of them goes")
    func all() throws {
        let plan = try plan(["b b", "c c"], wanted: ["_shared-1 b c"])
        #expect(
            script(plan) == """
                systemctl -q disable --now -- lockstep-lsyncd@b.service
                rm -rf -- /etc/systemd/system/lockstep-lsyncd@b.service.d
                systemctl -q disable --now -- lockstep-lsyncd@c.service
                rm -rf -- /etc/systemd/system/lockstep-lsyncd@c.service.d
                """
        )
    }
}
