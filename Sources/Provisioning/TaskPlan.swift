/// What a task would do on a host.
package enum TaskPlan: Sendable, Hashable {
    /// The host is as wanted. `output` is what later tasks may refer to.
    case ok(output: String = "", note: String? = nil)
    /// This has to be done.
    case change(Change)
    /// It would be done with a value that only exists after an earlier change.
    case knownAfterApply(String)
}

/// One change of one task on one host.
package struct Change: Sendable, Hashable {
    /// What is done, in a few words: "install rsync".
    package var summary: String
    /// The differences, one line each, "-" before what goes and "+" before what comes.
    package var diff: [String]
    /// A sh snippet that succeeds while the host is as it was when the change was planned.
    package var precondition: String
    /// The sh script that does it. It runs under `set -eu`, with an empty standard input, and may call `ChangeFunctions`.
    package var script: String
    /// Absolute paths of files that it writes, or removes for a later task to write.
    package var writes: Set<String>
    /// Whether the script only looks, so that its success is no change of the host.
    package var isCheck: Bool
    /// A sh script that succeeds while what was done still holds, or nothing; it is asked a second after the last change of
    /// the host, under `set -eu`, and what it prints says what has become of it.
    package var laterCheck: String
    /// Whether systemd has to read its unit files anew before it, which changes beside each other share.
    package var readsUnits: Bool
    /// The exchange of lines that it is, where it is nothing else: such changes of one file can be made as one.
    private(set) var exchange: LineExchange?

    /// An exchange of lines, with the commands that give a file made anew its rights.
    struct LineExchange: Sendable, Hashable {
        var edit: LineEdit
        var rights: String
    }

    /// Makes a change that exchanges lines in a file.
    init(_ summary: String, diff: [String], exchanging edit: LineEdit, rights: String, writes: Set<String>) {
        self.init(
            summary,
            diff: diff,
            precondition: edit.precondition,
            script: edit.script(rights: rights),
            writes: writes
        )
        exchange = LineExchange(edit: edit, rights: rights)
    }

    /// The change that does what this one and another do, in one step; nil where they cannot be one.
    package func joined(with other: Change) -> Change? {
        guard let exchange, let others = other.exchange, exchange.rights == others.rights,
            exchange.edit.file == others.edit.file
        else { return nil }
        return Change(
            summary,
            diff: diff + other.diff,
            exchanging: exchange.edit.joined(with: others.edit),
            rights: exchange.rights,
            writes: writes.union(other.writes)
        )
    }

    /// Makes a change.
    package init(
        _ summary: String,
        diff: [String] = [],
        precondition: String = "",
        script: String,
        writes: Set<String> = [],
        isCheck: Bool = false,
        laterCheck: String = "",
        readsUnits: Bool = false
    ) {
        self.summary = summary
        self.diff = diff
        self.precondition = precondition
        self.script = script
        self.writes = writes
        self.isCheck = isCheck
        self.laterCheck = laterCheck
        self.readsUnits = readsUnits
    }
}

/// How a change ended.
package enum Conclusion: Sendable, Hashable {
    /// It was done; `output` is what later tasks may refer to.
    case changed(output: String)
    /// It could not be done, for this reason.
    case failed(String)
    /// Going on could lose data: it was not done, for this reason.
    case refused(String)
}

/// What a plan may know beside the host's state.
package struct PlanContext: Sendable, Hashable {
    /// Absolute paths of files that earlier tasks of this run write on the host.
    package var pendingWrites: Set<String>

    /// Makes a context.
    package init(pendingWrites: Set<String> = []) {
        self.pendingWrites = pendingWrites
    }
}

/// Why a task cannot be planned on a host.
package struct PlanError: Error, Sendable, Hashable {
    /// What is wrong, in one line.
    package var message: String
    /// What to try next.
    package var hint: String?
    /// Whether going on could lose data: the task is refused, rather than failed.
    package var isRefusal: Bool

    /// Makes an error.
    package init(_ message: String, hint: String? = nil, isRefusal: Bool = false) {
        self.message = message
        self.hint = hint
        self.isRefusal = isRefusal
    }
}
