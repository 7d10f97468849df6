package import FleetRunner

/// For a person at a terminal: one line that says what is going on, and above it what was settled.
package struct LiveRenderer: RunRenderer {
    private let output: OutputStream
    private var progress: ProgressLine
    private var text: ReportText
    private var hosts = 0
    private var seen: Set<String> = []
    private var activity = ""
    private var isRunning = false

    /// Makes a renderer: results go to `output`, the line that moves to `progress`, which has `width` columns.
    package init(
        output: OutputStream,
        progress: OutputStream,
        width: @escaping @Sendable () -> Int,
        style: TextStyle,
        verbosity: Int
    ) {
        self.output = output
        self.progress = ProgressLine(output: progress, width: width)
        text = ReportText(verbosity: verbosity, style: style)
    }

    package mutating func show(_ event: RunEvent) {
        note(event)
        let lines = text.lines(for: event)
        if !lines.isEmpty || !isRunning { progress.clear() }
        for line in lines { output.write(line + "\n") }
        draw()
    }

    package mutating func tick() {
        progress.turn()
        draw()
    }

    private mutating func note(_ event: RunEvent) {
        switch event {
        case .started(_, let hosts, _):
            self.hosts = hosts.count
            isRunning = true
        case .connecting(let host): activity = "connecting to \(host)"
        case .probed(let host, _, _):
            seen.insert(host)
            activity = "looked at \(host)"
        case .applying(let host, let changes):
            activity = "\(host): \(changes.first ?? "")" + (changes.count > 1 ? " and \(changes.count - 1) more" : "")
        case .firstPass(let waiting): activity = "lsyncd's first pass: \(waiting.joined(separator: ", "))"
        case .canaryWritten(_, let step): activity = "the canary is \(step)"
        case .canarySeen(let host, _, let step, _): activity = "\(host) has seen it \(step)"
        case .sending(let host, _, let seconds): activity = "\(host): a transfer has gone on for \(Int(seconds)) s"
        case .interrupted: activity = "what was begun is brought to its end"
        case .finished: isRunning = false
        case .task, .host, .proven, .warning: break
        }
    }

    private func draw() {
        guard isRunning else { return }
        progress.draw("\(seen.count)/\(hosts) hosts  \(activity)")
    }
}
