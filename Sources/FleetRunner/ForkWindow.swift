import Synchronization

/// A sliding window over hosts: so many work at the same time, and the next begins when any of them pauses or ends.
///
/// A place is for work, not for a connection: a host that waits for another gives its place away.
final class ForkWindow: Sendable {
    private struct State {
        var free: Int
        var queue: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    /// Makes a window of that many places.
    init(places: Int) {
        state = Mutex(State(free: max(1, places)))
    }

    /// Waits for a place; those who came first get it first.
    func enter() async -> Place {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.queue.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
        return Place(in: self)
    }

    private func vacate() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.queue.isEmpty {
                state.free += 1
                return nil
            }
            return state.queue.removeFirst()
        }
        next?.resume()
    }

    /// A place in the window.
    final class Place: Sendable {
        private let window: ForkWindow
        private let isTaken = Mutex(true)

        fileprivate init(in window: ForkWindow) {
            self.window = window
        }

        /// Gives the place away; once is enough.
        func leave() {
            let wasTaken = isTaken.withLock { isTaken in
                defer { isTaken = false }
                return isTaken
            }
            if wasTaken { window.vacate() }
        }
    }
}
