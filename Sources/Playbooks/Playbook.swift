/// An ordered list of tasks.
package struct Playbook: Sendable {
    /// The file's name, for messages.
    package var file: String
    /// The tasks in their order.
    package var tasks: [PlaybookTask]

    /// Makes a playbook of tasks.
    package init(file: String, tasks: [PlaybookTask]) {
        self.file = file
        self.tasks = tasks
    }

    /// The tasks of each host: every task for every host that it means, and for every item of its loop.
    ///
    /// The order is the playbook's; within a task, the hosts' and the items'.
    package func instances(for hosts: [PlaybookHost]) -> [TaskInstance] {
        var instances: [TaskInstance] = []
        for task in tasks {
            let items: [String?] = task.loop.map { loop in hosts.filter { loop.includes($0) }.map(\.name) } ?? [nil]
            for host in hosts where task.hosts.includes(host) {
                for item in items {
                    instances.append(TaskInstance(id: instances.count, task: task, host: host.name, item: item))
                }
            }
        }
        return instances
    }
}

extension HostSelection {
    /// Whether a host is meant.
    package func includes(_ host: PlaybookHost) -> Bool {
        switch self {
        case .master: host.isMaster
        case .slaves: !host.isMaster
        case .all: true
        }
    }
}

/// What is wrong with a playbook, and where.
package struct PlaybookError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `file:line`.
    package var place: String
    /// What is wrong, in one line.
    package var message: String
    /// What to try next.
    package var hint: String?

    /// Makes an error.
    package init(at place: String, _ message: String, hint: String? = nil) {
        self.place = place
        self.message = message
        self.hint = hint
    }

    package var description: String { "\(place): \(message)" + (hint.map { "\n  \($0)" } ?? "") }
}
