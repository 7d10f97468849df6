import RemoteHost
import Synchronization

/// The connections of a run: each stays open until the whole run is over, as canaries are sent over them.
final class RunConnections: Sendable {
    private struct State {
        /// The hosts that still have something to do.
        var busy: Set<String>
        var open: [String: any RemoteHost] = [:]
    }

    private let state: Mutex<State>
    private let areSettled = OneShot<Void>()
    private let isOver = OneShot<Void>()
    private let onOpen: @Sendable (String) -> Void

    /// Makes the connections of these hosts, none of them open; `onOpen` is told of each that becomes so.
    init(of hosts: [String], onOpen: @escaping @Sendable (String) -> Void = { _ in }) {
        state = Mutex(State(busy: Set(hosts)))
        self.onOpen = onOpen
    }

    /// Others than the host's own tasks may use its connection from now on.
    func open(_ remote: any RemoteHost, to host: String) {
        state.withLock { $0.open[host] = remote }
        onOpen(host)
    }

    /// A host's own tasks are settled: waits until the run is over, while its connection stays open.
    func stay(_ host: String) async {
        settle(host)
        await isOver.value
    }

    /// A host has no connection, or no more.
    func lose(_ host: String) {
        state.withLock { $0.open[host] = nil }
        settle(host)
    }

    /// A host's connection, where it is open.
    subscript(host: String) -> (any RemoteHost)? { state.withLock { $0.open[host] } }

    /// Waits until no host has anything to do any more.
    func waitUntilSettled() async { await areSettled.value }

    /// The run is over.
    func close() { isOver.settle(()) }

    private func settle(_ host: String) {
        let isLast = state.withLock { state in
            state.busy.remove(host)
            return state.busy.isEmpty
        }
        if isLast { areSettled.settle(()) }
    }
}
