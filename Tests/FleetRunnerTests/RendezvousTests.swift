import LockstepTestSupport
import Testing

@testable import FleetRunner

@Suite("The hosts' meeting", .timeLimit(.minutes(1)))
struct RendezvousTests {
    @Test("It begins when everybody has come or is excused, and lasts until it is closed")
    func meeting() async {
        let meeting = Rendezvous(hosts: ["hub", "edge1", "edge2"])
        await withTaskGroup { group in
            // The name that counts is the run's, not what a connection calls itself.
            group.addTask { await meeting.attend(ScriptedHost(name: "other"), as: "hub") }
            group.addTask { await meeting.attend(ScriptedHost(name: "edge2"), as: "edge2") }
            group.addTask { meeting.excuse("edge1") }
            #expect(await meeting.connections.keys.sorted() == ["edge2", "hub"])
            meeting.close()
        }
    }

    @Test("Who leaves early is not there any more")
    func leaving() async {
        let meeting = Rendezvous(hosts: ["hub", "edge1"])
        await withTaskGroup { group in
            group.addTask { await meeting.attend(ScriptedHost(name: "edge1"), as: "edge1") }
            group.addTask { meeting.excuse("hub") }
            _ = await meeting.connections
            meeting.excuse("edge1")
            #expect(await meeting.connections.isEmpty)
            meeting.close()
        }
    }
}
