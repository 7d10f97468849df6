import RemoteHost
import Synchronization

/// Passes one answer to the task that waits for it, or drops what comes after that task was cancelled.
///
/// For work that cannot be stopped, such as a name look-up: whoever waits is let go all the same.
final class OneAnswer<Value: Sendable>: Sendable {
    private let state = Mutex(State.idle)
    private let drop: @Sendable (Value) -> Void

    private enum State {
        case idle
        case waiting(CheckedContinuation<Result<Value, any Error>, Never>)
        case over
    }

    /// Makes one.
    ///
    /// - Parameter drop: puts away an answer that nobody waits for any more.
    init(drop: @escaping @Sendable (Value) -> Void = { _ in }) {
        self.drop = drop
    }

    /// Starts the work, and waits for its answer or for the task to be cancelled.
    func wait(for start: () -> Void) async -> Result<Value, any Error> {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if case .over = state { return true }
                    state = .waiting(continuation)
                    return false
                }
                if isOver { continuation.resume(returning: .failure(CancellationError())) } else { start() }
            }
        } onCancel: {
            answer(.failure(CancellationError()))
        }
    }

    /// Gives the answer; the first one counts.
    func answer(_ result: Result<Value, any Error>) {
        let waiting = state.withLock { state -> CheckedContinuation<Result<Value, any Error>, Never>? in
            defer { state = .over }
            return if case .waiting(let continuation) = state { continuation } else { nil }
        }
        if let waiting {
            waiting.resume(returning: result)
        } else if case .success(let value) = result {
            drop(value)
        }
    }
}
