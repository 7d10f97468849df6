import Synchronization

/// A wish to end early that can be uttered from anywhere and be waited for: a first Ctrl-C.
///
/// It is not cancellation: what was begun is still cleaned up.
package final class Interruption: Sendable {
    private struct State {
        var isRequested = false
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    /// Makes an interruption that nobody has asked for yet.
    package init() {}

    /// Asks for it; asking again changes nothing.
    package func request() {
        let waiters = state.withLock { state in
            state.isRequested = true
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Whether it was asked for.
    package var isRequested: Bool { state.withLock(\.isRequested) }

    /// Returns when it is asked for, or when the waiting task is cancelled.
    package func wait() async {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isRequested || Task.isCancelled { return true }
                    state.waiters[waiter] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
        }
    }
}
