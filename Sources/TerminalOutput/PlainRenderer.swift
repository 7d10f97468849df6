package import FleetRunner

/// A line an event, for files and pipes.
package struct PlainRenderer: RunRenderer {
    private let output: OutputStream
    private var text: ReportText

    /// Makes a renderer that writes to a stream.
    package init(output: OutputStream, verbosity: Int) {
        self.output = output
        text = ReportText(verbosity: verbosity, style: TextStyle(hasColour: false))
    }

    package mutating func show(_ event: RunEvent) {
        for line in text.lines(for: event) { output.write(line + "\n") }
    }
}
