package import INIFile

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
    ///
    /// - Parameter items: what loops can run over beside hosts. A slave's loop over mirrors has its own mirrors only.
    package func instances(for hosts: [PlaybookHost], items: [PlaybookItem] = []) -> [TaskInstance] {
        var instances: [TaskInstance] = []
        for task in tasks {
            for host in hosts where task.hosts.includes(host) && task.when?.holds(for: host) ?? true {
                let looped: [TaskInstance.Item?] = task.loop?.items(on: host, hosts: hosts, items: items) ?? [nil]
                for item in looped {
                    instances.append(TaskInstance(id: instances.count, task: task, host: host.name, item: item))
                }
            }
        }
        return instances
    }
}

extension LoopSelection {
    /// What a loop of this kind runs over on a host.
    fileprivate func items(on host: PlaybookHost, hosts: [PlaybookHost], items: [PlaybookItem]) -> [TaskInstance.Item] {
        switch self {
        case .hosts(let selection): hosts.filter { selection.includes($0) }.map { TaskInstance.Item(host: $0.name) }
        case .syncs: items.filter { $0.kind == .sync }.map { TaskInstance.Item($0) }
        case .mirrors:
            items.filter { $0.kind == .mirror && (host.isMaster || $0.host == host.name) }.map { TaskInstance.Item($0) }
        case .instances:
            items.filter { $0.isInstance && (host.isMaster || $0.host == host.name) }
                .map { TaskInstance.Item(handedOver: $0) }
        case .handovers:
            items.filter { $0.kind == .handover && $0.host == host.name }.map { TaskInstance.Item(handedOver: $0) }
        }
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
    /// Where it is.
    package var position: SourcePosition
    /// What is wrong, in one line.
    package var message: String
    /// What to try next.
    package var hint: String?

    /// Makes an error.
    package init(at position: SourcePosition, _ message: String, hint: String? = nil) {
        self.position = position
        self.message = message
        self.hint = hint
    }

    package var description: String { "\(position.fileAndLine): \(message)" + (hint.map { "\n  \($0)" } ?? "") }
}
