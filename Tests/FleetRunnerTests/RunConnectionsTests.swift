import LockstepTestSupport
import Synchronization
import Testing

@testable import FleetRunner

@Suite("The connections of a run", .timeLimit(.minutes(1)))
struct RunConnectionsTests {
    /// Words from any task.
    private final class Notes: Sendable {
        let words = Mutex<[String]>([])
        @Sendable func note(_ word: String) { words.withLock { $0.append(word) } }
        var all: [String] { words.withLock { $0 } }
    }

    @Test("All are settled when each host stays or is lost, and who stays does so until the run is over")
    func settling() async {
        let connections = RunConnections(of: ["hub", "edge1", "edge2"])
        await withTaskGroup { group in
            // The name that counts is the run's, not what a connection calls itself.
            connections.open(ScriptedHost(name: "other"), to: "hub")
            connections.open(ScriptedHost(name: "edge2"), to: "edge2")
            group.addTask { await connections.stay("hub") }
            group.addTask { await connections.stay("edge2") }
            group.addTask { connections.lose("edge1") }
            await connections.waitUntilSettled()
            #expect(["hub", "edge1", "edge2"].filter { connections[$0] != nil } == ["hub", "edge2"])
            connections.close()
        }
    }

    @Test("Who is lost later is not there any more")
    func leaving() async {
        let connections = RunConnections(of: ["hub", "edge1"])
        await withTaskGroup { group in
            connections.open(ScriptedHost(name: "edge1"), to: "edge1")
            group.addTask { await connections.stay("edge1") }
            group.addTask { connections.lose("hub") }
            await connections.waitUntilSettled()
            connections.lose("edge1")
            #expect(connections["edge1"] == nil)
            connections.close()
        }
    }

    @Test("A host that still has something to do may be asked, and holds up those who wait for all")
    func opening() async {
        let notes = Notes()
        let connections = RunConnections(of: ["hub"], onOpen: notes.note)
        connections.open(ScriptedHost(name: "hub"), to: "hub")
        #expect(connections["hub"] != nil)
        #expect(notes.all == ["hub"])
        await withTaskGroup { group in
            group.addTask {
                await connections.waitUntilSettled()
                notes.note("settled")
            }
            for _ in 0..<100 { await Task.yield() }
            #expect(notes.all == ["hub"])
            connections.lose("hub")
        }
        #expect(notes.all == ["hub", "settled"])
    }
}
