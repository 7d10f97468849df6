import FleetRunner
import Provisioning

/// The sentences that people read of a run's events; the same on a terminal and in a file.
///
/// A line begins with what happened, in a column of its own, and says where and what; what belongs to it stands below,
/// indented. By default only what changed or is not as wanted is worth a line.
struct ReportText: Sendable {
    private let verbosity: Int
    private let style: TextStyle
    private var isPlan = false
    /// The hosts of which a line has said why they are not as wanted.
    private var explained: Set<String> = []
    /// The copies of which a line has said that they are waited for, by host and directory.
    private var sending: Set<[String]> = []

    /// Makes texts; verbosity is how often the user asked to be told more.
    init(verbosity: Int, style: TextStyle) {
        self.verbosity = verbosity
        self.style = style
    }

    /// The lines that an event is worth; none for what only shows that time passes.
    mutating func lines(for event: RunEvent) -> [String] {
        switch event {
        case .started(let verb, _, _):
            isPlan = verb == "plan"
            return []
        case .probed(let host, let seconds, let kinds):
            guard verbosity >= 2 else { return [] }
            let times = kinds.map { "\($0.kind) \(milliseconds($0.seconds))" }
            let text = ([host, "in \(milliseconds(seconds))"] + times).joined(separator: ", ")
            return [line("looked at", style.dim, text)]
        case .task(let report): return lines(for: report)
        case .sending(let host, let sync, let seconds):
            // It is told again every few seconds; the first time is worth a line.
            guard sending.insert([host, sync ?? ""]).inserted || verbosity >= 1 else { return [] }
            let what = sync.map { " [sync:\($0)]" } ?? ""
            let time = Int(seconds)
            return [
                line("sending", style.dim, "\(host)\(what): a transfer has gone on for \(time) s, its canary waits")
            ]
        case .proven(let host, let sync, let latencies):
            let steps = latencies.map { "\($0.step) \(milliseconds($0.seconds))" }
            let what = sync.map { " [sync:\($0)]" } ?? ""
            return [line("proven", style.good, "\(host)\(what): \(steps.joined(separator: ", "))")]
        case .warning(let host, let message):
            return [line("note", style.warning, (host.map { "\($0): " } ?? "") + message)]
        case .interrupted:
            return [line("interrupted", style.warning, "nothing more is begun; once more ends at once")]
        case .finished(let summary):
            return problems(of: summary) + hosts(of: summary) + [totals(of: summary)]
        case .firstPass(let waiting):
            return verbosity >= 1 ? [line("first pass", style.dim, "to \(waiting.joined(separator: ", "))")] : []
        case .connecting, .applying, .host, .canaryWritten, .canarySeen: return []
        }
    }

    // MARK: Tasks

    private mutating func lines(for report: TaskReport) -> [String] {
        // A part that is called as its host needs no mention.
        let item = report.item == report.host ? nil : report.item
        let place = item.map { "\(report.host) for \($0)" } ?? report.host
        switch report.outcome {
        case .ok:
            // What a plan cannot know, because only a change on the way can tell.
            if report.isKnownAfterApply { return [line("after apply", style.change, "\(place): \(report.summary)")] }
            // Every run would say it again: it is for those who ask, and for the plan.
            if let message = report.message, verbosity >= 1 || isPlan {
                return [line("note", style.warning, "\(place): \(message)")]
            }
            return verbosity >= 1 ? [line("ok", style.dim, "\(place): \(report.task)")] : []
        case .changed:
            let word = report.isKnownAfterApply ? "after apply" : isPlan ? "would do" : "changed"
            return [line(word, style.change, "\(place): \(report.summary)")] + diff(of: report)
        case .failed:
            explained.insert(report.subject)
            let word = report.kind == .refused ? "refused" : "failed"
            return [line(word, style.bad, "\(place): \(report.task)")] + below(report.message) + hint(report.hint)
        case .skipped, .unreachable:
            guard verbosity >= 1 else { return [] }
            return [line("skipped", style.dim, "\(place): \(report.task): \(report.message ?? "")")]
        }
    }

    private func diff(of report: TaskReport) -> [String] {
        let limit = verbosity >= 1 ? 200 : isPlan ? 5 : 0
        let shown = report.diff.prefix(limit).map { Self.margin + style.diff(printable($0, lineStart: nil)) }
        let rest = report.diff.count - shown.count
        if limit == 0 || rest == 0 { return shown }
        let more = "… \(rest) more \(rest == 1 ? "line" : "lines")" + (verbosity >= 1 ? "" : " (-v)")
        return shown + [Self.margin + style.dim(more)]
    }

    // MARK: The end

    /// What is wrong with hosts as a whole; what is wrong with a task has been told already.
    private func problems(of summary: RunSummary) -> [String] {
        var lines: [String] = []
        for host in summary.hosts {
            guard let kind = host.kind, kind != .task && kind != .refused || !explained.contains(host.host) else {
                continue
            }
            let word =
                switch kind {
                case .task: "failed"
                case .refused: "refused"
                case .hostKey: "host key"
                case .unreachable: "unreachable"
                case .proof: "not proven"
                }
            lines.append(line(word, style.bad, "\(host.host): \(host.message ?? "")"))
            // What follows on a canary that was not seen is what the master says of it.
            lines += kind == .proof ? below(host.hint) : hint(host.hint)
        }
        if let holder = summary.lockHolder {
            lines.append(line("locked", style.bad, "another run holds the lock: \(holder)"))
            lines += hint("nothing was changed; wait for it to end, then run again")
        }
        return lines
    }

    private func hosts(of summary: RunSummary) -> [String] {
        let width = summary.hosts.map(\.host.columns).max() ?? 0
        let shown = summary.hosts.filter { verbosity >= 1 || summary.hosts.count <= 20 || $0.outcome != .ok }
        return shown.map { host in
            let counts = host.counts
            let outcome = style.outcome(host.outcome, word(for: host.outcome).padded(to: 12))
            let reason = host.outcome == .skipped ? host.message.map { "  " + printable($0, lineStart: nil) } : nil
            return "\(host.host.padded(to: width))  \(outcome)"
                + "  ok=\(counts.ok) changed=\(counts.changed) failed=\(counts.failed) skipped=\(counts.skipped)"
                + (reason ?? "")
        }
    }

    private func totals(of summary: RunSummary) -> String {
        let numbers = Outcome.allCases.compactMap { outcome -> String? in
            let count = summary.hosts.count { $0.outcome == outcome }
            return count == 0 ? nil : style.outcome(outcome, "\(count) \(word(for: outcome))")
        }
        let slaves = max(0, summary.hosts.count - 1)
        let proof = summary.proven.map { ", \($0) of \(slaves) \(slaves == 1 ? "slave" : "slaves") proven" } ?? ""
        let hosts = summary.hosts.count == 1 ? "1 host" : "\(summary.hosts.count) hosts"
        return "\(hosts): \(numbers.joined(separator: ", "))\(proof), in \(seconds(summary.seconds))"
    }

    private func word(for outcome: Outcome) -> String {
        outcome == .changed && isPlan ? "would change" : outcome.rawValue
    }

    // MARK: Lines

    private static let margin = String(repeating: " ", count: 13)

    private func line(_ word: String, _ paint: (String) -> String, _ text: String) -> String {
        paint(word.padded(to: Self.margin.count)) + printable(text, lineStart: Self.margin)
    }

    private func below(_ text: String?) -> [String] {
        text.map { [Self.margin + printable($0, lineStart: Self.margin)] } ?? []
    }

    private func hint(_ text: String?) -> [String] { below(text.map { "hint: \($0)" }) }

    private func milliseconds(_ seconds: Double) -> String { "\(Int((seconds * 1000).rounded())) ms" }

    private func seconds(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
