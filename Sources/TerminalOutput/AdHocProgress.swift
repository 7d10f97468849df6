import FleetRunner

/// What a person at a terminal is told while hosts answer, beside the results: what goes on, and what is odd.
struct AdHocProgress: Sendable {
    private let notes: OutputStream
    private let style: TextStyle
    private var line: ProgressLine?
    private var count = 0
    private var answered = 0
    private var waiting: [String] = []
    private var isRunning = false

    /// Makes a progress that tells odd things to `notes`, and moves a line there if there is a `width`.
    init(notes: OutputStream, width: (@Sendable () -> Int)?, style: TextStyle) {
        self.notes = notes
        self.style = style
        line = width.map { ProgressLine(output: notes, width: $0) }
    }

    /// Takes an event in.
    mutating func note(_ event: AdHocEvent) {
        switch event {
        case .started(_, let hosts):
            count = hosts.count
            isRunning = true
        case .connecting(let host): waiting.append(host)
        case .fact: return
        case .answered(let report):
            answered += 1
            waiting.removeAll { $0 == report.host }
        case .warning(let message): say("note", message)
        case .interrupted(let hosts):
            let end = hosts.isEmpty ? "" : "waiting for \(folded(hosts)) (\(hosts.count)); once more ends at once"
            say("interrupted", "no further host is begun" + (end.isEmpty ? "" : ", \(end)"))
        case .finished:
            isRunning = false
            line?.clear()
        }
        draw()
    }

    /// Shows that time passes.
    mutating func tick() {
        line?.turn()
        draw()
    }

    private func say(_ word: String, _ text: String) {
        line?.clear()
        notes.write("\(style.warning(word)): \(printable(text, lineStart: nil))\n")
    }

    private func draw() {
        guard isRunning, let line else { return }
        // Who comes first is waited for longest.
        let hosts = waiting.isEmpty ? "" : "  waiting for \(folded(Array(waiting.prefix(64))))"
        line.draw("\(answered)/\(count) hosts\(hosts)")
    }
}
