import Synchronization

/// Which copies have their first full pass behind them, for those who wait to send canaries there.
final class FirstPassGate: Sendable {
    private struct State {
        /// The copies that are waited for; none before the master has answered.
        var waiting: Set<String>?
        var isOver = false
        var listeners: [AsyncStream<Void>.Continuation] = []
    }

    private let state = Mutex(State())

    /// Whether a canary can be sent to a copy.
    func isOpen(for copy: String) -> Bool {
        state.withLock { $0.waiting.map { !$0.contains(copy) } ?? false }
    }

    /// Says each time that copies may have become open, and ends when no others will.
    func news() -> AsyncStream<Void> {
        let (news, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let isOver = state.withLock { state in
            state.listeners.append(continuation)
            return state.isOver
        }
        continuation.yield()
        if isOver { continuation.finish() }
        return news
    }

    /// Only these are waited for now.
    func update(waiting: [String]) {
        let listeners = state.withLock { state in
            state.waiting = Set(waiting)
            return state.listeners
        }
        for listener in listeners { listener.yield() }
    }

    /// Nothing more will change; those that are still waited for are late, or there are none.
    func finish(isLate: Bool) {
        let listeners = state.withLock { state in
            if !isLate { state.waiting = [] }
            state.isOver = true
            return state.listeners
        }
        for listener in listeners {
            listener.yield()
            listener.finish()
        }
    }
}
