import RemoteHost
import Synchronization

/// A host that may grant fewer sessions at a time than a run asks for: a command that gets none waits until another has
/// ended.
final class QueueingHost: RemoteHost {
    private struct State {
        var running = 0
        /// How many commands have ended.
        var ended = 0
        var waiting: [AsyncStream<Void>.Continuation] = []
    }

    private let host: any RemoteHost
    private let onRefusal: @Sendable () -> Void
    private let state = Mutex(State())

    /// Makes a host; `onRefusal` is told each time that a command gets no session.
    init(_ host: any RemoteHost, onRefusal: @escaping @Sendable () -> Void = {}) {
        self.host = host
        self.onRefusal = onRefusal
    }

    var name: String { host.name }

    /// The host for a command that lasts as long as there are changes: it waits for its turn, and none waits for its end.
    var lasting: any RemoteHost { Lasting(queue: self) }

    private struct Lasting: RemoteHost {
        let queue: QueueingHost
        var name: String { queue.name }

        func run(
            _ command: Command,
            onOutput: (@Sendable (OutputChunk) -> Void)?
        ) async throws(RemoteHostError) -> CommandResult {
            try await queue.run(command, counting: 0, onOutput: onOutput)
        }
    }

    func run(
        _ command: Command,
        onOutput: (@Sendable (OutputChunk) -> Void)?
    ) async throws(RemoteHostError) -> CommandResult {
        try await run(command, counting: 1, onOutput: onOutput)
    }

    private func run(
        _ command: Command,
        counting count: Int,
        onOutput: (@Sendable (OutputChunk) -> Void)?
    ) async throws(RemoteHostError) -> CommandResult {
        while true {
            let endedBefore = begin(count)
            do throws(RemoteHostError) {
                let result = try await host.run(command, onOutput: onOutput)
                end(count)
                return result
            } catch {
                end(count)
                guard error.keepsConnection, await waitForEnd(after: endedBefore) else { throw error }
            }
        }
    }

    /// - Returns: how many commands had ended before.
    private func begin(_ count: Int) -> Int {
        state.withLock { state in
            state.running += count
            return state.ended
        }
    }

    private func end(_ count: Int) {
        let waiting = state.withLock { state in
            state.running -= count
            state.ended += 1
            defer { state.waiting = [] }
            return state.waiting
        }
        for one in waiting { one.finish() }
    }

    /// Waits until another command has ended; false where there is none to wait for.
    private func waitForEnd(after endedBefore: Int) async -> Bool {
        let (ends, continuation) = AsyncStream.makeStream(of: Void.self)
        let mayTry = state.withLock { state in
            // The refused command has ended as well.
            if state.ended > endedBefore + 1 {
                continuation.finish()
                return true
            }
            if state.running > 0 { state.waiting.append(continuation) }
            return state.running > 0
        }
        guard mayTry else { return false }
        onRefusal()
        for await _ in ends {}
        return !Task.isCancelled
    }
}
