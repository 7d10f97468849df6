import FleetRunner

/// The sentences that people read of a run's events; the same on a terminal and in a file.
struct ReportText: Sendable {
    /// How much is said.
    let verbosity: Int
    /// The colours, or none.
    let style: TextStyle
    private var isPlan = false

    /// Makes texts.
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
        case .probed(let host, let seconds):
            return verbosity >= 2 ? [style.dim("looked at \(host) in \(milliseconds(seconds))")] : []
        case .task(let report): return lines(for: report)
        case .proven(let host, let latencies):
            let steps = latencies.map { "\($0.step) \(milliseconds($0.seconds))" }
            return ["\(style.good("proven      "))\(host): \(steps.joined(separator: ", "))"]
        case .warning(let host, let message):
            return ["\(style.warning("note        "))\(host.map { "\($0): " } ?? "")\(printable(message))"]
        case .interrupted: return [style.warning("interrupted: nothing more is begun; once more ends at once")]
        case .finished(let summary): return lines(for: summary)
        case .connecting, .applying, .host, .canaryWritten, .canarySeen: return []
        }
    }

    private func lines(for report: TaskReport) -> [String] {
        let place = report.item.map { "\(report.host) for \($0)" } ?? report.host
        switch report.outcome {
        case .ok:
            guard let message = report.message else {
                return verbosity >= 1 ? ["\(style.dim("ok          "))\(place): \(report.task)"] : []
            }
            return ["\(style.warning("note        "))\(place): \(printable(message))"]
        case .changed:
            let word = report.isKnownAfterApply ? "after apply " : isPlan ? "would do    " : "changed     "
            let diff = verbosity >= 1 || isPlan ? report.diff.prefix(verbosity >= 1 ? 200 : 5) : []
            return ["\(style.change(word))\(place): \(printable(report.summary))"]
                + diff.map { "             \(style.diff(printable($0)))" }
                + (diff.count < report.diff.count && (verbosity >= 1 || isPlan)
                    ? ["             " + style.dim("… \(report.diff.count - diff.count) more lines (-v)")] : [])
        case .failed:
            let word = report.kind == .refused ? "refused     " : "failed      "
            return ["\(style.bad(word))\(place): \(report.task): \(printable(report.message ?? ""))"]
                + hint(report.hint)
        case .skipped, .unreachable:
            return verbosity >= 1
                ? ["\(style.dim("skipped     "))\(place): \(report.task): \(printable(report.message ?? ""))"] : []
        }
    }

    private func lines(for summary: RunSummary) -> [String] {
        var lines: [String] = []
        for host in summary.hosts where host.kind != nil && host.kind != .task && host.kind != .refused {
            let word: String =
                switch host.kind {
                case .hostKey: "host key    "
                case .proof: "not proven  "
                default: "unreachable "
                }
            lines.append("\(style.bad(word))\(host.host): \(printable(host.message ?? ""))")
            lines += hint(host.hint)
        }
        if let holder = summary.lockHolder {
            lines.append(style.bad("another run holds the lock: \(printable(holder))"))
        }
        let width = summary.hosts.map(\.host.count).max() ?? 0
        for host in summary.hosts where verbosity >= 1 || summary.hosts.count <= 20 || host.outcome != .ok {
            let counts = host.counts
            lines.append(
                "\(host.host.padded(to: width))  \(style.outcome(host.outcome, host.outcome.rawValue.padded(to: 11)))"
                    + "  ok=\(counts.ok) changed=\(counts.changed) failed=\(counts.failed) skipped=\(counts.skipped)"
            )
        }
        lines.append(totals(summary))
        return lines
    }

    private func totals(_ summary: RunSummary) -> String {
        let numbers = Outcome.allCases.compactMap { outcome -> String? in
            let count = summary.hosts.count { $0.outcome == outcome }
            return count == 0 ? nil : style.outcome(outcome, "\(count) \(outcome.rawValue)")
        }
        let proof = summary.proven.map { ", \($0) of \(max(0, summary.hosts.count - 1)) slaves proven" } ?? ""
        let hosts = summary.hosts.count == 1 ? "1 host" : "\(summary.hosts.count) hosts"
        return "\(hosts): \(numbers.joined(separator: ", "))\(proof), in \(seconds(summary.seconds))"
    }

    private func hint(_ text: String?) -> [String] {
        (text ?? "").split(separator: "\n").map { "            \(printable(String($0)))" }
    }

    private func milliseconds(_ seconds: Double) -> String { "\(Int((seconds * 1000).rounded())) ms" }

    private func seconds(_ seconds: Double) -> String {
        "\(Int(seconds)).\(Int((seconds * 10).rounded(.down)) % 10) s"
    }
}

/// A text from a host or a file as a terminal may be given it: control characters are shown, not obeyed.
func printable(_ text: String) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        switch scalar.value {
        case 13: continue
        case 10: shown.append(contentsOf: "\n            ".unicodeScalars)
        case 0..<32: shown.append(Unicode.Scalar(UInt8(0)).value == scalar.value ? "\u{2400}" : symbol(of: scalar))
        case 127: shown.append("\u{2421}")
        case 128..<160: shown.append("\u{FFFD}")
        default: shown.append(scalar)
        }
    }
    return String(shown)
}

/// The picture that Unicode has of a control character.
private func symbol(of scalar: Unicode.Scalar) -> Unicode.Scalar {
    Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
}

extension String {
    /// The text with spaces behind it, up to a width.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
