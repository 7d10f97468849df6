import Provisioning
import Testing

@testable import Lsyncd

@Suite("The handover of copies")
struct HandoverModuleTests {
    func plan(_ present: [String], wanted: [String], manager: String = "systemd") throws -> TaskPlan {
        let arguments = ModuleArguments(
            ["keepers": .known(wanted.joined(separator: "\n")), "manager": .known(manager)]
        )
        let probe = present.map { "keeper \($0)\n" }.joined()
        return try HandoverModule(arguments).plan(from: ProbeOutput(text: probe), in: PlanContext())
    }

    func script(_ plan: TaskPlan) -> String {
        if case .change(let change) = plan { change.script } else { "" }
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
                ! /etc/init.d/lockstep-lsyncd status _shared-1 >/dev/null 2>&1 || /etc/init.d/lockstep-lsyncd stop _shared-1
                rm -r -- /etc/lockstep/services/_shared-1
                """
        )
    }

    @Test("One that loses all of them goes")
    func all() throws {
        let plan = try plan(["b b", "c c"], wanted: ["_shared-1 b c"])
        #expect(
            script(plan) == """
                systemctl -q disable --now -- lockstep-lsyncd@b.service
                rm -r -- /etc/systemd/system/lockstep-lsyncd@b.service.d
                systemctl -q disable --now -- lockstep-lsyncd@c.service
                rm -r -- /etc/systemd/system/lockstep-lsyncd@c.service.d
                """
        )
    }
}
