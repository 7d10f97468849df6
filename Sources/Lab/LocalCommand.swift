/// A command on this machine, as data: builders return it, one place runs it.
struct LocalCommand: Sendable, Hashable {
    /// The program's name, looked up in PATH.
    var program: String
    /// Its arguments.
    var arguments: [String]
    /// Variables that are set beside the inherited ones.
    var environment: [String: String] = [:]
    /// What it reads from its standard input.
    var input: String = ""
    /// How long it may take.
    var deadline: Duration = .seconds(60)
    /// Whether its children are ended with it. An engine's are left alone: it ends them in its own order.
    var endsChildren = false

    /// The command as a person would type it.
    var text: String { ([program] + arguments).joined(separator: " ") }
}

/// How a command on this machine ended.
struct LocalResult: Sendable, Hashable {
    /// Its exit status; nil when a signal ended it.
    var status: Int32?
    /// Its standard output.
    var output: String
    /// Its standard error; empty where both were followed as one.
    var error: String

    /// Whether it ended by itself with status 0.
    var succeeded: Bool { status == 0 }

    /// Standard output without the white space around it.
    var word: String { output.trimmed }

    /// What the command said when it failed: the last lines, standard error first.
    var complaint: String {
        let said = error.allSatisfy(\.isWhitespace) ? output : error
        let lines = said.split(whereSeparator: \.isNewline).suffix(6)
        let ending = status.map { "exit status \($0)" } ?? "ended by a signal"
        return lines.isEmpty ? ending : lines.joined(separator: "\n")
    }
}
