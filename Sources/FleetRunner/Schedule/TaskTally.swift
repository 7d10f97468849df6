import Playbooks

/// How far the tasks that others name in `after` have come, counted as they are settled.
struct TaskTally: Sendable {
    /// How far the instances of a group have come.
    enum Progress: Sendable, Hashable {
        /// All of them have succeeded.
        case succeeded
        /// Some are not settled, and so far none has failed.
        case open
        /// This instance has not succeeded.
        case failed(Int)
    }

    private var open: [TaskGroup: Int] = [:]
    private var failures: [TaskGroup: Int] = [:]

    /// Makes a tally in which nothing is settled.
    init(_ instances: [TaskInstance]) {
        for instance in instances {
            for group in Self.groups(of: instance) { open[group, default: 0] += 1 }
        }
    }

    /// The group that an instance waits for when it names this title: where it is of a loop, those that have to do with
    /// its item, or else with what the item needs, if there are any; else all.
    func group(of title: String, for instance: TaskInstance) -> TaskGroup {
        let own = (instance.item?.needs ?? []).lazy.map { TaskGroup(title: title, subject: $0) }
        return own.first { open[$0] != nil } ?? TaskGroup(title: title)
    }

    /// How far a group has come.
    func progress(of group: TaskGroup) -> Progress {
        if let id = failures[group] { return .failed(id) }
        return open[group, default: 0] == 0 ? .succeeded : .open
    }

    /// Counts a settled instance, and returns the groups that are decided by that.
    mutating func settle(_ instance: TaskInstance, succeeded: Bool) -> [TaskGroup] {
        Self.groups(of: instance).filter { group in
            open[group, default: 0] -= 1
            if !succeeded, failures[group] == nil { failures[group] = instance.id }
            return open[group] == 0 || !succeeded
        }
    }

    private static func groups(of instance: TaskInstance) -> Set<TaskGroup> {
        let title = instance.task.title
        var groups: Set = [TaskGroup(title: title), TaskGroup(title: title, subject: instance.host)]
        if let item = instance.item { groups.insert(TaskGroup(title: title, subject: item.name)) }
        return groups
    }
}
