import Provisioning
import Testing

@testable import Lsyncd

@Suite("The delete guard")
struct DeleteGuardModuleTests {
    static let service = """
        LoadState=loaded
        ActiveState=active
        SubState=running
        UnitFileState=enabled
        NeedDaemonReload=no
        running
        aaaa  /etc/app.lua
        disk
        aaaa  /etc/app.lua

        """

    func plan(_ probe: String, pendingWrites: Set<String> = []) throws -> TaskPlan {
        let arguments = ModuleArguments(
            [
                "host": "edge1", "source": "/srv/a", "target": "/srv/b", "src": "x", "guard": "y",
                "dest": "/etc/app.lua",
                "service": "app.service", "lsyncd": "/usr/bin/lsyncd", "record": "/run/app/runs",
                "files": "/etc/app.lua",
            ].mapValues { .known($0) }
        ) { (_) throws(ArgumentError) in "settings\n--- configuration\n" }
        return try DeleteGuardModule(arguments)
            .plan(from: ProbeOutput(text: probe), in: PlanContext(pendingWrites: pendingWrites))
    }

    func asks(_ plan: TaskPlan) -> Bool {
        if case .change(let change) = plan { change.isCheck } else { false }
    }

    @Test("A service that runs what it should is not asked about")
    func running() throws {
        let plan = try plan(Self.service + "--- configuration\nthere\nsettings\n--- configuration\n")
        #expect(plan == .ok())
    }

    @Test("It asks before a start, a restart, and a change of the settings")
    func asksFirst() throws {
        let same = "--- configuration\nthere\nsettings\n--- configuration\n"
        #expect(try asks(plan(Self.service + "--- configuration\nthere\nolder\n")))
        #expect(try asks(plan(Self.service + "--- configuration\n")))
        #expect(try asks(plan(Self.service.replacing("=active", with: "=inactive") + same)))
        #expect(try asks(plan(Self.service.replacing("running\naaaa", with: "running\nbbbb") + same)))
        #expect(try asks(plan(Self.service + same, pendingWrites: ["/etc/app.lua"])))
    }

    @Test(
        "Its endings mean: go on with a note, refused, refused for all; a status is the program's own",
        arguments: [1, 65, 76]
    )
    func conclusions(status: Int) {
        let conclude = { (status: Int, ending: ProbeOutput.Ending) in
            DeleteGuardModule.conclude(ProbeOutput(status: status, text: "words\n", ending: ending))
        }
        #expect(conclude(0, .ended) == .changed(output: "words"))
        #expect(conclude(status, .refused) == .refused("words"))
        #expect(conclude(status, .stopped) == .refused("words"))
        #expect(conclude(status, .ended) == .failed("the slave could not be asked: words (status \(status))"))
    }
}
