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
    /// Whether it runs at a terminal that changes no byte. Its output is then all standard output, and the end of its
    /// input is an empty line.
    package var usesTerminal: Bool
    /// The way to the shell that reads the input, where there is one to look after.
    package var opening: ShellOpening?

    /// Makes a command; without input it reads an empty file.
    package init(
        _ line: String,
        input: [UInt8] = [],
        laterInput: AsyncStream<[UInt8]>? = nil,
        deadline: Duration,
        usesTerminal: Bool = false,
        opening: ShellOpening? = nil
    ) {
        self.line = line
        self.input = input
        self.laterInput = laterInput
        self.deadline = deadline
        self.usesTerminal = usesTerminal
        self.opening = opening
    }
}

extension Command {
    /// A POSIX sh script, sent as standard input, so that neither the login shell nor an argument list sees its text.
    ///
    /// The script is read whole before its first line runs, and its own commands read an empty file, so that none of
    /// them can eat the rest of it. A non-zero status of its last command is the command's status. What was printed
    /// before the script's shell was there is no part of the result.
    package static func script(_ text: String, privilege: Privilege = .none, deadline: Duration) -> Command {
        shell(text, call: "lockstep_script </dev/null", privilege: privilege, deadline: deadline)
    }

    /// A POSIX sh script that reads lines from its standard input while it runs.
    ///
    /// Send the first line only after the script has printed something: before that, the shell itself may take it. When
    /// `lines` ends, the script reads end of file or an empty line, and has to end; when the connection is lost, end of
    /// file.
    package static func conversation(
        _ text: String,
        lines: AsyncStream<[UInt8]>,
        privilege: Privilege = .none,
        deadline: Duration
    ) -> Command {
        shell(text, call: "lockstep_script", lines: lines, privilege: privilege, deadline: deadline)
    }

    private static func shell(
        _ text: String,
        call: String,
        lines: AsyncStream<[UInt8]>? = nil,
        privilege: Privilege,
        deadline: Duration
    ) -> Command {
        let line = ShellLine(privilege: privilege, nonce: .randomMark())
        let script = "\(line.rightsCheck)lockstep_script() {\n\(text)\n}\n\(call)\n"
        return Command(
            line.text(scriptLength: script.utf8.count),
            input: Array((line.firstInput + script).utf8),
            laterInput: lines,
            deadline: deadline,
            usesTerminal: privilege.needsTerminal,
            opening: ShellOpening(line)
        )
    }
}
