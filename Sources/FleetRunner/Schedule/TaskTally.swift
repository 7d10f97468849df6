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
    /// The items, each with all that any task says it needs.
    private var items: [String: TaskInstance.Item] = [:]

    /// What an instance waits for.
    struct Awaited: Sendable {
        /// The instances that must be settled.
        var group: TaskGroup
        /// The copy for which that is, where it is for one of a handover.
        var copy: TaskInstance.Item?
    }

    /// Makes a tally in which nothing is settled.
    init(_ instances: [TaskInstance]) {
        for instance in instances {
            for group in Self.groups(of: instance) { open[group, default: 0] += 1 }
            // A copy may be called as its slave.
            guard let item = instance.item, item.handover == nil else { continue }
            if item.needs.count > items[item.name]?.needs.count ?? 0 { items[item.name] = item }
        }
    }

    /// What an instance waits for when it names this title: where it is of a loop, the group that has to do with its item,
    /// or else with what the item needs, if there is any; else all. For a handover, such a group for each copy that the run
    /// has to do with.
    func awaited(_ title: String, by instance: TaskInstance) -> [Awaited] {
        guard let conditions = instance.item?.conditions else {
            let own = group(of: title, among: instance.item?.needs ?? [])
            return [Awaited(group: own ?? TaskGroup(title: title))]
        }
        return conditions.copies.compactMap { items[$0] }.compactMap { copy in
            group(of: title, among: copy.needs).map { Awaited(group: $0, copy: copy) }
        }
    }

    private func group(of title: String, among needs: [String]) -> TaskGroup? {
        needs.lazy.map { TaskGroup(title: title, subject: $0) }.first { open[$0] != nil }
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
