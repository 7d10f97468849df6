package import FleetRunner

/// How long each step to each host took, as a table for people; below it the hosts that were not reached.
package struct PingRenderer: RunRenderer {
    private let output: OutputStream
    private let text: AnswerText
    private var progress: AdHocProgress
    private var hosts: [AdHocHost] = []
    private var reached: [String: AdHocReport] = [:]
    private var others = AnswerGroups()

    /// Makes a renderer.
    package init(screens: AdHocScreens) {
        output = screens.output
        text = screens.text
        progress = screens.progress
    }

    package mutating func show(_ event: AdHocEvent) {
        progress.note(event)
        switch event {
        case .started(_, let hosts):
            self.hosts = hosts
            others = AnswerGroups(hosts: hosts)
        case .answered(let report) where report.steps != nil: reached[report.host] = report
        case .answered(let report): others.add(report)
        case .finished(let summary):
            for line in table { output.write(line + "\n") }
            for group in others.all { for line in text.whole(group) { output.write(line) } }
            output.write(text.totals(of: summary))
        case .connecting, .fact, .warning, .interrupted: break
        }
    }

    package mutating func tick() { progress.tick() }

    private var table: [String] {
        let rows = hosts.compactMap { host -> [String]? in
            guard let report = reached[host.name], let steps = report.steps else { return nil }
            let times = [steps.lookup, steps.connect, steps.handshake, steps.authentication, report.seconds]
            return [printable(host.name, lineStart: nil), printable(steps.address, lineStart: nil)]
                + times.map(Self.milliseconds)
        }
        guard !rows.isEmpty else { return [] }
        let all = [["host", "address", "look-up", "connect", "keys", "log in", "total"]] + rows
        let widths = all[0].indices.map { column in all.map { $0[column].columns }.max() ?? 0 }
        return all.map { row in
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.columns)
                return column < 2 ? cell + space : space + cell
            }
            return cells.joined(separator: "  ")
        }
    }

    private static func milliseconds(_ seconds: Double?) -> String {
        guard let seconds else { return "-" }
        let tenths = Int((seconds * 10_000).rounded())
        return "\(tenths / 10).\(tenths % 10) ms"
    }
}
