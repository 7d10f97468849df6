import TerminalOutput

/// Where `lockstep init` talks to people: beside the results, in lines that fit the terminal.
struct InitScreen: Sendable {
    /// Writes text as it is.
    let write: @Sendable (String) -> Void
    /// The terminal's columns; none where there is no terminal.
    let width: @Sendable () -> Int?

    /// Tells something.
    func tell(_ text: String, indentation: String = "") {
        for line in Paragraph(text, indentation: indentation).lines(width: width()) { write(line + "\n") }
    }

    /// Tells something that belongs to an answer, and what to do about it.
    func note(_ text: String, hint: String? = nil) {
        tell("  \(text)", indentation: "  ")
        if let hint { tell("  hint: \(hint)", indentation: "  ") }
    }

    /// A question, as it stands before the answer.
    func prompt(_ text: String, standard: String?) -> String {
        let question = text + (standard.map { " [\($0)]" } ?? "") + ":"
        return Paragraph(question).lines(width: width()).joined(separator: "\n") + " "
    }
}
