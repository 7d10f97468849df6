/// What has happened in a proof and is not dealt with yet, with the time at which it happened.
final class ProofInbox: Sendable {
    /// What happened, in order; the time is since the start.
    let inputs: AsyncStream<(ProofMachine.Input, Duration)>
    private let continuation: AsyncStream<(ProofMachine.Input, Duration)>.Continuation
    private let start = ContinuousClock.now

    init() {
        (inputs, continuation) = AsyncStream.makeStream()
    }

    /// Adds something that happens now.
    func put(_ input: ProofMachine.Input) {
        continuation.yield((input, ContinuousClock.now - start))
    }

    /// Adds something that happens after a while, unless the task is cancelled before.
    func put(_ input: ProofMachine.Input, after duration: Duration) async {
        do {
            try await Task.sleep(for: duration)
            put(input)
        } catch {}
    }

    /// Adds what a line of the master's means. A login shell may print lines of its own: they mean nothing.
    func readMaster(line: String) {
        if line == "ready" {
            put(.masterReady)
        } else if let step = step(after: "written ", in: line) {
            put(.masterWritten(step))
        }
    }

    /// Adds what a line of a slave's means.
    func readSlave(_ slave: Int, line: String) {
        if line == "ready" {
            put(.slaveReady(slave))
        } else if let step = step(after: "seen ", in: line) {
            put(.slaveSeen(slave, step))
        }
    }

    private func step(after word: String, in line: String) -> CanaryStep? {
        line.hasPrefix(word) ? CanaryStep(rawValue: String(line.dropFirst(word.count))) : nil
    }
}
