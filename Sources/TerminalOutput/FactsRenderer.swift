package import FleetRunner

/// What hosts answered to facts, for people: each host's by itself, a line each; below them who gave no answer.
package struct FactsRenderer: RunRenderer {
    private let output: OutputStream
    private let text: AnswerText
    private var progress: AdHocProgress
    private var hosts: [AdHocHost] = []
    private var answers: [String: AdHocReport] = [:]
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
        case .answered(let report) where report.facts != nil: answers[report.host] = report
        case .answered(let report): others.add(report)
        case .finished(let summary):
            for host in hosts { answers[host.name].map { text.facts(of: $0) }?.forEach { output.write($0) } }
            for group in others.all { for line in text.whole(group) { output.write(line) } }
            output.write(text.totals(of: summary))
        case .connecting, .fact, .warning, .interrupted: break
        }
    }

    package mutating func tick() { progress.tick() }
}
