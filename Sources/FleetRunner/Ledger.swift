import RemoteHost
import Synchronization

/// What is known of every host's outcome, gathered from all parts of a run.
final class Ledger: Sendable {
    private struct Entry {
        var counts = HostReport.Counts()
        var failure: (kind: FailureKind, message: String, hint: String?)?
        var skipReason: String?
        /// The mirrors on which a canary went all its way.
        var proven: Set<String> = []
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var lockHolder: String?
    }

    private let hosts: [String]
    private let state = Mutex(State())

    /// Makes an empty ledger for these hosts, the master first.
    init(hosts: [String]) {
        self.hosts = hosts
    }

    /// Counts a settled task: where it ran, but a failure for the host that it was meant for.
    func count(_ report: TaskReport) {
        switch report.outcome {
        case .ok: edit(report.host) { $0.counts.ok += 1 }
        case .changed: edit(report.host) { $0.counts.changed += 1 }
        case .failed:
            edit(report.subject) { $0.counts.failed += 1 }
            fail(report.subject, report.kind ?? .task, "\(report.task): \(report.message ?? "")", hint: report.hint)
        case .skipped, .unreachable:
            edit(report.subject) { entry in
                entry.counts.skipped += 1
                entry.skipReason = entry.skipReason ?? report.message
            }
        }
    }

    /// Notes why a host is not as wanted. The first reason stands, unless a later one is about the connection, or about a
    /// task where the first was a canary.
    func fail(_ host: String, _ kind: FailureKind, _ message: String, hint: String? = nil) {
        edit(host) { entry in
            if entry.failure.map({ $0.kind == .proof && kind != .proof }) ?? true || kind == .unreachable
                || kind == .hostKey
            {
                entry.failure = (kind, message, hint)
            }
        }
    }

    /// Notes that a host's connection failed, or that it gave no shell.
    func fail(_ host: String, _ error: RemoteHostError) {
        if let kind = FailureKind(error) {
            fail(host, kind, error.message, hint: error.hint)
        } else {
            edit(host) { $0.skipReason = $0.skipReason ?? error.message }
        }
    }

    /// Notes that the lock was not to be had.
    func fail(_ failure: RunLock.Failure) {
        switch failure {
        case .held(let holder): state.withLock { $0.lockHolder = holder }
        case .changing(let holder):
            let change = "a change of \(holder), still goes on though its connection is gone"
            state.withLock { $0.lockHolder = change }
        case .refused, .lost:
            if let master = hosts.first { fail(master, .task, failure.message, hint: failure.hint) }
        // The master's own failure says it all.
        case .withoutMaster: break
        }
    }

    /// Notes that a canary went all its way to a mirror of a host.
    func prove(_ mirror: String, of host: String) {
        edit(host) { $0.proven.insert(mirror) }
    }

    /// Whether no task failed for a host, and none was left out; what canaries tell of it does not count.
    func isSound(_ host: String) -> Bool {
        state.withLock { state in
            guard let entry = state.entries[host] else { return true }
            return entry.failure?.kind ?? .proof == .proof && entry.skipReason == nil
        }
    }

    /// How the run came out.
    func summary(seconds: Double, isProving: Bool, isInterrupted: Bool) -> RunSummary {
        let state = state.withLock { $0 }
        let reports = hosts.map { Self.report($0, state.entries[$0] ?? Entry()) }
        let exitCode =
            isInterrupted
            ? RunExitCode.interrupted : state.lockHolder != nil ? RunExitCode.locked : RunExitCode.of(reports)
        return RunSummary(
            hosts: reports,
            // One that is missing has failed its host.
            proven: isProving ? state.entries.values.count { !$0.proven.isEmpty && $0.failure == nil } : nil,
            lockHolder: state.lockHolder,
            seconds: seconds,
            exitCode: exitCode
        )
    }

    private static func report(_ host: String, _ entry: Entry) -> HostReport {
        let outcome: Outcome =
            switch entry.failure?.kind {
            case .unreachable: .unreachable
            case .some: .failed
            case nil: entry.skipReason != nil ? .skipped : entry.counts.changed > 0 ? .changed : .ok
            }
        return HostReport(
            host: host,
            outcome: outcome,
            kind: entry.failure?.kind,
            message: entry.failure?.message ?? entry.skipReason,
            hint: entry.failure?.hint,
            counts: entry.counts
        )
    }

    private func edit(_ host: String, _ change: (inout Entry) -> Void) {
        state.withLock { change(&$0.entries[host, default: Entry()]) }
    }
}
