/// A command line for a host's login shell, with its input and its deadline.
package struct Command: Sendable {
    /// The text that the login shell is given. It must mean the same to sh, csh and fish: plain words only.
    package var line: String
    /// What the command reads from its standard input first.
    package var input: [UInt8]
    /// What it reads after that, as it comes. End of file follows when the stream ends, at once where there is none.
    package var laterInput: AsyncStream<[UInt8]>?
    /// How long the command may take, from being sent to its end.
    package var deadline: Duration
    /// Whether the result holds the output; not where `onOutput` takes all of it.
    package var collectsOutput = true

    /// Makes a command; without input it reads an empty file.
    package init(
        _ line: String,
        input: [UInt8] = [],
        laterInput: AsyncStream<[UInt8]>? = nil,
        deadline: Duration
    ) {
        self.line = line
        self.input = input
        self.laterInput = laterInput
        self.deadline = deadline
    }
}

extension Command {
    /// A POSIX sh script, sent as standard input, so that neither the login shell nor an argument list sees its text.
    ///
    /// The script is read whole before its first line runs, and its own commands read an empty file, so that none of
    /// them can eat the rest of it. A non-zero status of its last command is the command's status.
    package static func script(_ text: String, privilege: Privilege = .none, deadline: Duration) -> Command {
        Command(
            privilege.commandLine(for: "sh -s"),
            input: Array("lockstep_script() {\n\(text)\n}\nlockstep_script </dev/null\n".utf8),
            deadline: deadline
        )
    }

    /// A POSIX sh script that reads lines from its standard input while it runs.
    ///
    /// Send the first line only after the script has printed something: before that, the shell itself may take it. When
    /// `lines` ends, or the connection is lost, the script reads end of file.
    package static func conversation(
        _ text: String,
        lines: AsyncStream<[UInt8]>,
        privilege: Privilege = .none,
        deadline: Duration
    ) -> Command {
        Command(
            privilege.commandLine(for: "sh -s"),
            input: Array("lockstep_script() {\n\(text)\n}\nlockstep_script\n".utf8),
            laterInput: lines,
            deadline: deadline
        )
    }
}
