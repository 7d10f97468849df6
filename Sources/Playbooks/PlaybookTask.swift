package import INIFile
package import Provisioning

/// One task of a playbook: a section of its file.
package struct PlaybookTask: Sendable {
    /// The section's header: what a person reads.
    package var title: String
    /// The hosts on which it runs.
    package var hosts: HostSelection
    /// What must hold of a host for the task to be there; none: it is there in any case.
    package var when: TaskCondition?
    /// For each of what it runs once on every one of `hosts`; none: it runs once.
    package var loop: LoopSelection?
    /// Titles of tasks that must have succeeded before, on the loop's host, or on all hosts where there is no loop.
    package var after: [String]
    /// The variable that gets the task's output, on the host on which it runs.
    package var register: String?
    /// The module that does it.
    package var module: any Module.Type
    /// The module's arguments by key.
    package var arguments: [String: ArgumentTemplate]
    /// Where the section stands: file and line.
    package var origin: TaskOrigin
}

/// The hosts that a task means.
package enum HostSelection: String, Sendable, Hashable, CaseIterable {
    /// The master.
    case master
    /// The slaves.
    case slaves
    /// Both.
    case all
}

/// What must hold of a host for a task to be there: a variable that is known before the run has a value, or has not.
package struct TaskCondition: Sendable, Hashable {
    /// The variable's name.
    package var variable: String
    /// The value.
    package var value: String
    /// Whether the variable must have the value, or must not.
    package var isWanted: Bool

    /// Reads `NAME is VALUE` or `NAME is not VALUE`; nil where it is neither.
    init?(parsing text: String) {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 3 || words.count == 4 && words[2] == "not", words[1] == "is",
            VariableReference.isName(words[0])
        else { return nil }
        self.init(variable: words[0], value: words[words.count - 1], isWanted: words.count == 3)
    }

    private init(variable: String, value: String, isWanted: Bool) {
        (self.variable, self.value, self.isWanted) = (variable, value, isWanted)
    }

    /// Whether it holds; where the host has no such variable the task is there, for that to be found in it.
    func holds(for host: PlaybookHost) -> Bool {
        host.variables[variable].map { ($0 == value) == isWanted } ?? true
    }
}

/// What a task's loop runs over.
package enum LoopSelection: Sendable, Hashable, CaseIterable {
    /// Hosts.
    case hosts(HostSelection)
    /// The directories that are mirrored.
    case syncs
    /// The copies of them, on all slaves; for a task that runs on a slave, on that slave.
    case mirrors
    /// The lsyncd that keep them: those of one copy as items of the copies, then those that several copies share.
    case instances
    /// What lsyncd hand over to each other.
    case handovers

    package static var allCases: [LoopSelection] {
        HostSelection.allCases.map { .hosts($0) } + [.syncs, .mirrors, .instances, .handovers]
    }

    /// The word for it in a playbook.
    package var keyword: String {
        switch self {
        case .hosts(let selection): selection.rawValue
        case .syncs: "syncs"
        case .mirrors: "mirrors"
        case .instances: "instances"
        case .handovers: "handovers"
        }
    }
}

/// The place of a task and of its keys in a playbook's file.
package struct TaskOrigin: Sendable, Hashable {
    /// The file's name.
    package var file: String
    /// The line of the section's header.
    package var line: Int
    /// The line of each key.
    package var keyLines: [String: Int]

    /// Where a key begins, or the header where the key is not there; both begin their line.
    package func position(of key: String? = nil) -> SourcePosition {
        SourcePosition(file: file, line: key.flatMap { keyLines[$0] } ?? line, column: 1)
    }
}
