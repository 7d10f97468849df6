/// What happens on the way to a script's shell: a password is asked for, the shell is there, or it does not come.
///
/// A state machine without input or output of its own: it is told what the host says, and tells what to do.
package struct ShellOpening: Sendable {
    /// What there is to do, in this order.
    package enum Action: Sendable, Hashable {
        /// Hand this piece of output on.
        case passOn(OutputChunk)
        /// Send these bytes at once.
        case answer([UInt8])
        /// Send the script, and what comes after it.
        case sendScript
        /// Send nothing more, and end the input: there will be no shell.
        case hangUp
    }

    /// How long a host may take to start the shell while input waits for it.
    package static let patience = Duration.seconds(30)

    /// How many bytes of each stream are kept until then: a profile may print without end.
    static let memory = 16 * 1024

    private let line: ShellLine
    private let mark: [UInt8]
    private var state = State.waiting
    private var asked: String?
    private var output: [UInt8] = []
    private var errors: [UInt8] = []

    private enum State: Sendable, Hashable {
        case waiting
        case open
        case over(RemoteHostError)
    }

    /// Makes the machine for a command with this line.
    init(_ line: ShellLine) {
        self.line = line
        mark = Array(line.mark.utf8)
    }

    /// Whether the script must wait for the shell: otherwise it may be sent at once.
    package var holdsScript: Bool { line.privilege.password != nil }

    /// Takes a piece of the host's output.
    package mutating func hear(_ chunk: OutputChunk) -> [Action] {
        switch (state, chunk) {
        case (.open, _): return [.passOn(chunk)]
        case (.over, _): return []
        case (.waiting, .standardOutput(let bytes)):
            return hearOutput(bytes)
        case (.waiting, .standardError(let bytes)):
            errors += bytes
            defer { errors.keepLast(Self.memory) }
            return hearQuestion(in: \.errors, SudoQuestion(line))
        }
    }

    /// Notes that nothing has come of it for `patience`.
    package mutating func losePatience() -> [Action] {
        guard state == .waiting else { return [] }
        return hangUp(
            RemoteHostError(
                .shellRefused,
                "\(subject) did not start a shell within \(Self.patience.components.seconds) seconds" + lastWords,
                hint: line.privilege.grant == nil
                    ? "log in there and look what its start-up files wait for, and whether a forced command is set"
                    : "log in there and look what it asks for, and whether a forced command is set for the key"
            )
        )
    }

    /// Why a command that has ended so has no result; none where the shell was there.
    package func failure(of result: CommandResult) -> RemoteHostError? {
        switch state {
        case .open: nil
        case .over(let error): error
        case .waiting: failure(exit: result.exit)
        }
    }

    // MARK: What is heard

    private mutating func hearOutput(_ bytes: [UInt8]) -> [Action] {
        // What was heard before holds no mark, but may end in the first bytes of one.
        let unsearched = max(0, output.count - (mark.count - 1))
        output += bytes
        defer { output.keepLast(Self.memory) }
        if let range = output[unsearched...].firstRange(of: mark) {
            state = .open
            var actions: [Action] = [.sendScript]
            if !errors.isEmpty { actions.append(.passOn(.standardError(errors))) }
            let rest = Array(output[range.upperBound...])
            if !rest.isEmpty { actions.append(.passOn(.standardOutput(rest))) }
            (output, errors) = ([], [])
            return actions
        }
        return line.privilege.needsTerminal ? hearQuestion(in: \.output, DoasQuestion()) : []
    }

    private mutating func hearQuestion(
        in text: WritableKeyPath<Self, [UInt8]>,
        _ question: some PasswordQuestion
    ) -> [Action] {
        guard let password = line.privilege.password, let (user, end) = question.find(in: self[keyPath: text]) else {
            return []
        }
        self[keyPath: text].removeFirst(end)
        if asked != nil {
            let program = line.privilege.grant?.program ?? ""
            return hangUp(
                RemoteHostError(
                    .shellRefused,
                    "the \(program) password of \(user) is wrong",
                    hint: "it was tried once, and nothing was run; try again with the right one"
                )
            )
        }
        asked = user
        return [.answer(Array("\(password.revealed)\n".utf8))] + hearQuestion(in: text, question)
    }

    private mutating func hangUp(_ error: RemoteHostError) -> [Action] {
        state = .over(error)
        return [.hangUp]
    }

    // MARK: What went wrong

    private var subject: String { line.privilege.grant?.program ?? "the login shell" }

    /// The last line that anybody said, behind a colon.
    private var lastWords: String {
        for text in [errors, output] {
            let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
            if let line = lines.last(where: { $0.contains { !$0.isWhitespace } }) { return ": \(line)" }
        }
        return ""
    }

    private func failure(exit: CommandResult.Exit) -> RemoteHostError {
        let what =
            line.privilege.grant.map { "\($0.program) did not give the rights of \($0.user)" }
            ?? "the login shell did not start sh"
        let end =
            switch exit {
            case .status(let status): "status \(status)"
            case .signal(let name): "signal \(name)"
            }
        return RemoteHostError(.shellRefused, "\(what) (\(end))\(lastWords)", hint: hint(exit: exit))
    }

    private func hint(exit: CommandResult.Exit) -> String {
        guard let (program, user) = line.privilege.grant else {
            return
                "the user needs a login shell that runs commands (sh, bash, fish, csh), and no forced command in its place"
        }
        if exit == .status(127) { return "is \(program) installed there? ansible_become_method names sudo or doas" }
        if exit == .status(Int32(ShellLine.wrongRightsStatus)) {
            return "a forced command must run $SSH_ORIGINAL_COMMAND, or it keeps \(program) from being run"
        }
        if let asked {
            return "is the password of \(asked) right, and is the account not expired? it was tried once"
        }
        return switch line.privilege {
        case .sudo(_, nil):
            "give a password (--ask-become-pass); 'sudo -l' there tells whether the user may become \(user), "
                + "and whether without one (NOPASSWD)"
                + "; 'Defaults requiretty' must be off for the user"
        case .sudo:
            "'sudo -l' there tells whether the user may become \(user); 'Defaults requiretty' must be off for the user"
        case .doas(_, nil):
            "give a password (--ask-become-pass); /etc/doas.conf there tells whether the user may become \(user), "
                + "and whether without one (nopass)"
        default: "/etc/doas.conf there tells whether the user may become \(user)"
        }
    }
}

extension [UInt8] {
    /// Drops what stands before the last `count` bytes.
    fileprivate mutating func keepLast(_ count: Int) {
        if self.count > count { removeFirst(self.count - count) }
    }
}
