import Synchronization

/// What happens in a run that has to do with canaries, from all parts of the run.
final class ProofNews: Sendable {
    /// An event, or the names of copies whose tasks are settled.
    enum News: Sendable {
        case ready([String])
        case event(ProofQueue.Event)
    }

    /// All that happens, in order.
    let all: AsyncStream<News>
    private let continuation: AsyncStream<News>.Continuation
    private let readiness: Mutex<CopyReadiness>

    /// Begins with nothing settled.
    init(_ readiness: CopyReadiness) {
        (all, continuation) = AsyncStream.makeStream()
        self.readiness = Mutex(readiness)
    }

    /// A task is settled.
    func settled(_ report: TaskReport) { tell(readiness.withLock { $0.settled(report) }) }

    /// A host may be asked.
    func opened(_ host: String) { tell(readiness.withLock { $0.opened(host) }) }

    /// Something else has happened.
    func put(_ event: ProofQueue.Event) { continuation.yield(.event(event)) }

    private func tell(_ ready: [String]) {
        if !ready.isEmpty { continuation.yield(.ready(ready)) }
    }
}
