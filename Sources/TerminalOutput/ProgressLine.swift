/// The one line of a terminal that moves while something goes on.
struct ProgressLine: Sendable {
    private let output: OutputStream
    private let width: @Sendable () -> Int
    private var frame = 0

    /// Makes a line on a terminal that has `width` columns.
    init(output: OutputStream, width: @escaping @Sendable () -> Int) {
        self.output = output
        self.width = width
    }

    /// Turns the wheel that shows that time passes.
    mutating func turn() {
        frame += 1
    }

    /// Shows a text in place of the one that is shown.
    func draw(_ text: String) {
        let line = "\(Self.wheel[frame % Self.wheel.count]) \(text)"
        // A line that fills the terminal would wrap, and leave its upper half behind.
        output.write(frame: Self.clearing + printable(line, lineStart: nil).cut(to: max(1, width() - 1)))
    }

    /// Takes the line away.
    func clear() {
        output.write(frame: Self.clearing)
    }

    private static let clearing = "\r\u{1B}[2K"
    private static let wheel = Array("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
}
