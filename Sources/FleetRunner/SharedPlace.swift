import Synchronization

/// The place in the window that a host has for as long as any of its scripts runs.
final class SharedPlace: Sendable {
    private struct State {
        var users = 0
        var place: ForkWindow.Place?
    }

    private let window: ForkWindow
    private let state = Mutex(State())

    /// Makes a place that is not taken yet.
    init(in window: ForkWindow) {
        self.window = window
    }

    /// Waits for the place, unless another of its users has it. One at a time may wait.
    func enter() async {
        let isTaken = state.withLock { state in
            if state.place != nil { state.users += 1 }
            return state.place != nil
        }
        if isTaken { return }
        let place = await window.enter()
        state.withLock { $0 = State(users: 1, place: place) }
    }

    /// Ends the use by one of them; the last gives the place away.
    func leave() {
        let place = state.withLock { state -> ForkWindow.Place? in
            state.users -= 1
            guard state.users == 0 else { return nil }
            defer { state.place = nil }
            return state.place
        }
        place?.leave()
    }
}
