package import FleetRunner

/// For a person at a terminal: one line that says what is going on, and above it what was settled.
package struct LiveRenderer: RunRenderer {
    private let output: OutputStream
    private let progress: OutputStream
    private let width: @Sendable () -> Int
    private var text: ReportText
    private var hosts = 0
    private var settled: Set<String> = []
    private var activity = ""
    private var frame = 0
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
        self.progress = progress
        self.width = width
        text = ReportText(verbosity: verbosity, style: style)
    }

    package mutating func show(_ event: RunEvent) {
        note(event)
        let lines = text.lines(for: event)
        if !lines.isEmpty {
            clear()
            for line in lines { output.write(line + "\n") }
        }
        draw()
    }

    package mutating func tick() {
        frame += 1
        draw()
    }

    private mutating func note(_ event: RunEvent) {
        switch event {
        case .started(_, let hosts, _):
            self.hosts = hosts.count
            isRunning = true
        case .connecting(let host): activity = "connecting to \(host)"
        case .probed(let host, _):
            settled.insert(host)
            activity = "looked at \(host)"
        case .applying(let host, let changes):
            activity = "\(host): \(changes.first ?? "")" + (changes.count > 1 ? " and \(changes.count - 1) more" : "")
        case .canaryWritten(let step): activity = "the canary is \(step)"
        case .canarySeen(let host, let step, _): activity = "\(host) has seen it \(step)"
        case .finished:
            isRunning = false
            clear()
        case .task, .host, .proven, .warning, .interrupted: break
        }
    }

    private func clear() {
        progress.write("\r\u{1B}[2K")
    }

    private func draw() {
        guard isRunning else { return }
        let wheel = Array("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
        let line = "\(wheel[frame % wheel.count]) \(settled.count)/\(hosts) hosts  \(printable(activity))"
        progress.write("\r\u{1B}[2K\(line.prefix(max(10, width() - 1)))")
    }
}
