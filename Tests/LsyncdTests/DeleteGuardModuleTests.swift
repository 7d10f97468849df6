import Provisioning
import Testing

@testable import Lsyncd

@Suite("The delete guard")
struct DeleteGuardModuleTests {
    /// What a host says: the state of the service, the file that it runs and the one that is there.
    private func facts(state: String = "active", runs: String = "settings", has: String? = "settings") -> Facts {
        var facts = Facts()
        let properties = [
            "LoadState": "loaded", "ActiveState": state, "SubState": "running", "UnitFileState": "enabled",
        ]
        facts.add(properties, of: ServiceFact("app.service"))
        facts.add(["\(checksum(runs.utf8))  /etc/app.lua"], of: TextFileFact("/run/app/runs"))
        let attributes = FileState.Attributes(owner: "root", group: "root", mode: 0o644)
        let file = has.map { FileState.file(attributes, checksum: checksum($0.utf8), content: nil) } ?? .absent
        facts.add(file, of: FileFact("/etc/app.lua", .checksum))
        return facts
    }

    func plan(_ facts: Facts, pendingWrites: Set<String> = []) throws -> TaskPlan {
        let arguments = ModuleArguments(
            [
                "host": "edge1", "source": "/srv/a", "target": "/srv/b", "src": "x", "guard": "y",
                "dest": "/etc/app.lua",
                "service": "app.service", "lsyncd": "/usr/bin/lsyncd", "record": "/run/app/runs",
                "files": "/etc/app.lua",
            ].mapValues { .known($0) }
        ) { (_) throws(ArgumentError) in "settings" }
        return try DeleteGuardModule(arguments).plan(from: facts, in: PlanContext(pendingWrites: pendingWrites))
    }

    func asks(_ plan: TaskPlan) -> Bool {
        if case .change(let change) = plan { change.isCheck } else { false }
    }

    @Test("A service that runs what it should is not asked about")
    func running() throws {
        #expect(try plan(facts()) == .ok())
    }

    @Test("It asks before a start, a restart, and a change of the settings")
    func asksFirst() throws {
        #expect(try asks(plan(facts(runs: "older", has: "older"))))
        #expect(try asks(plan(facts(has: nil))))
        #expect(try asks(plan(facts(state: "inactive"))))
        #expect(try asks(plan(facts(runs: "older"))))
        #expect(try asks(plan(facts(), pendingWrites: ["/etc/app.lua"])))
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
