import RemoteHost
import Synchronization

/// Where the hosts of a run meet when their tasks are settled, each with its connection still open.
final class Rendezvous: Sendable {
    private struct State {
        var missing: Set<String>
        var connections: [String: any RemoteHost] = [:]
    }

    private let state: Mutex<State>
    private let isComplete = OneShot<Void>()
    private let isOver = OneShot<Void>()

    /// Makes a meeting of these hosts.
    init(hosts: [String]) {
        state = Mutex(State(missing: Set(hosts)))
    }

    /// A host comes with its connection, and stays until the meeting is over.
    func attend(_ remote: any RemoteHost, as host: String) async {
        settle(host) { $0.connections[host] = remote }
        await isOver.value
    }

    /// A host does not come, or has left early.
    func excuse(_ host: String) {
        settle(host) { $0.connections[host] = nil }
    }

    /// The connections of those who came, once nobody is missing.
    var connections: [String: any RemoteHost] {
        get async {
            await isComplete.value
            return state.withLock(\.connections)
        }
    }

    /// Sends everybody home.
    func close() {
        isOver.settle(())
    }

    private func settle(_ host: String, _ note: (inout State) -> Void) {
        let isNobodyMissing = state.withLock { state in
            note(&state)
            state.missing.remove(host)
            return state.missing.isEmpty
        }
        if isNobodyMissing { isComplete.settle(()) }
    }
}
