import Synchronization

/// Who is being visited, and how the others came out: gathered from all visits.
final class AdHocTally: Sendable {
    private struct State {
        var running: Set<String> = []
        var counts: [Outcome: Int] = [:]
        var kinds: Set<FailureKind> = []
    }

    private let state = Mutex(State())

    /// Notes that a host's turn has come.
    func begin(_ host: String) {
        state.withLock { _ = $0.running.insert(host) }
    }

    /// Notes how a host came out.
    func count(_ report: AdHocReport) {
        state.withLock { state in
            state.running.remove(report.host)
            state.counts[report.outcome, default: 0] += 1
            if let kind = report.kind { state.kinds.insert(kind) }
        }
    }

    /// The hosts whose turn has come and not ended.
    var running: Set<String> { state.withLock(\.running) }

    /// All in numbers.
    func summary(seconds: Double, isInterrupted: Bool) -> AdHocSummary {
        let state = state.withLock { $0 }
        let exitCode = RunExitCode.of(state.kinds, leavesOut: state.counts[.skipped] != nil)
        return AdHocSummary(
            counts: state.counts,
            seconds: seconds,
            exitCode: isInterrupted ? RunExitCode.interrupted : exitCode
        )
    }
}
