import FleetRunner

/// Colours for a terminal, or none of them.
package struct TextStyle: Sendable, Hashable {
    private let hasColour: Bool

    /// Makes a style.
    package init(hasColour: Bool) {
        self.hasColour = hasColour
    }

    func good(_ text: String) -> String { painted(text, 32) }
    func change(_ text: String) -> String { painted(text, 33) }
    func bad(_ text: String) -> String { painted(text, 31) }
    func warning(_ text: String) -> String { painted(text, 35) }
    func dim(_ text: String) -> String { painted(text, 2) }

    func diff(_ line: String) -> String {
        line.hasPrefix("+") ? good(line) : line.hasPrefix("-") ? bad(line) : line
    }

    func outcome(_ outcome: Outcome, _ text: String) -> String {
        switch outcome {
        case .ok: good(text)
        case .changed: change(text)
        case .failed, .unreachable: bad(text)
        case .skipped: dim(text)
        }
    }

    private func painted(_ text: String, _ code: Int) -> String {
        hasColour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
