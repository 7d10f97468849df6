import Provisioning
import Synchronization

/// How far a script of changes is, read from its answer as that arrives, and since when the change runs that it is at.
final class ChangeProgress: Sendable {
    private struct State {
        var parser: FrameParser
        var begin = ContinuousClock.now
    }

    private let state: Mutex<State>

    /// Begins with a script's start.
    init(nonce: String) {
        state = Mutex(State(parser: FrameParser(nonce: nonce)))
    }

    /// Whether the script said that it came to its end.
    var isComplete: Bool { state.withLock(\.parser.isComplete) }
    /// How the script stands with its host's lock.
    var lock: FrameParser.Lock { state.withLock(\.parser.lock) }

    /// Takes more of the answer in.
    ///
    /// - Returns: the frames that are now whole, and how the script stands with the lock, where that is news.
    func consume(_ bytes: [UInt8]) -> (frames: [FrameParser.Frame], lock: FrameParser.Lock?) {
        state.withLock { state in
            let before = state.parser.lock
            let frames = state.parser.consume(bytes)
            let lock = state.parser.lock
            if !frames.isEmpty || lock == .taken && before != .taken { state.begin = .now }
            return (frames, lock == before ? nil : lock)
        }
    }

    /// Waits until one change has taken so long.
    ///
    /// - Throws: `CancellationError`.
    func wait(for limit: Duration) async throws {
        while true {
            let end = state.withLock(\.begin) + limit
            if ContinuousClock.now >= end { return }
            try await Task.sleep(until: end, clock: .continuous)
        }
    }
}
