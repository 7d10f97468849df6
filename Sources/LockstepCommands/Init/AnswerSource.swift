/// Whoever answers questions, a line for each.
protocol AnswerSource: Sendable {
    /// Shows a text and waits for the line that is typed behind it.
    func line(after prompt: String) throws(NoAnswer) -> String
}

/// Why no answer comes.
enum NoAnswer: Error, Hashable {
    /// Ctrl-C.
    case interrupted
    /// Ctrl-D, or the terminal is gone.
    case ended
}
