import Playbooks
import Provisioning
import Testing

@testable import FleetRunner

@Suite("Changes that are made as one")
struct JointChangesTests {
    /// A change that records a host's key.
    private func recording(_ host: String, in path: String = "/etc/known", owner: String? = nil) throws -> Change {
        var values = ["path": path, "host": host, "keys": "ssh-ed25519 \(host)"]
        values["owner"] = owner
        let module = try KnownHostsModule(ModuleArguments(values.mapValues { .known($0) }))
        var facts = Facts()
        facts.add([:], of: KnownHostsFact(path))
        guard case .change(let change) = try module.plan(from: facts, in: PlanContext()) else {
            throw PlanError("nothing is recorded")
        }
        return change
    }

    private func planned(_ change: Change, _ id: Int) -> Schedule.PlannedChange {
        Schedule.PlannedChange(id: id, change: change, chains: [id, 100 + id], lane: 100 + id)
    }

    @Test("Lines of one file that follow each other are one step, whose failure ends all of their chains")
    func joined() throws {
        let changes = try [
            recording("edge1"), recording("edge2"), Change("", script: "echo"), recording("edge3"),
            recording("edge4", in: "/etc/other"), recording("edge5", in: "/etc/other", owner: "root"),
        ]
        let joint = JointChanges(changes.enumerated().map { planned($0.element, $0.offset) })
        #expect(joint.places == [[0, 1], [2], [3], [4], [5]])
        #expect(joint.steps[0].breaks == [0, 1])
        #expect(joint.steps[0].needs == [] && joint.steps[0].lane == nil)
        #expect(joint.steps[1].lane == 102 && joint.steps[1].needs == [2, 102])
        let script = joint.steps[0].change.script
        #expect(script.contains("edge1 ssh-ed25519 edge1") && script.contains("edge2 ssh-ed25519 edge2"))
        #expect(joint.steps[0].change.diff == ["+ edge1 ssh-ed25519 edge1", "+ edge2 ssh-ed25519 edge2"])
    }

    @Test("A thousand host keys are one change")
    func thousand() throws {
        let changes = try (0..<1000).map { planned(try recording("edge\($0)"), $0) }
        #expect(JointChanges(changes).places.count == 1)
    }
}
