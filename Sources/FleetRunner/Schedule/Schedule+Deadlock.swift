import Playbooks

extension Schedule {
    /// Ends a waiting in a circle, which a playbook can ask for by mistake: one of its tasks fails, and those that wait
    /// for it follow. Call it only when every host waits, and no change runs.
    mutating func breakDeadlock() {
        guard let victim = taskInCircle() else { return }
        let instance = instances[victim.id]
        let awaited = firstOpenTask(behind: victim.blocker)
        let what = awaited.map { "'\(instances[$0].task.title)' on \(instances[$0].host)" } ?? "what nobody makes"
        settle(
            victim.id,
            .failed,
            message: awaited == victim.id ? "it waits for itself" : "it waits for \(what), which waits for it",
            hint: "look at the variables and at the 'after' of this task"
        )
        // Settled already, it is only passed over; those behind it are skipped.
        if queues[instance.host]?.unblock(victim.lane, from: victim.blocker) == true { wake(host: instance.host) }
    }

    /// A task that waits, in the end, for itself.
    private func taskInCircle() -> (id: Int, lane: Int, blocker: Blocker)? {
        let heads = queues.mapValues(\.blocked)
        guard var present = heads.values.compactMap(\.first).min(by: { $0.id < $1.id }) else { return nil }
        var seen: Set<Int> = []
        while seen.insert(present.id).inserted, let awaited = firstOpenTask(behind: present.blocker) {
            // It has not begun because of one that stands before it, or because it waits itself.
            let others = heads[instances[awaited].host] ?? []
            guard let next = others.last(where: { $0.id <= awaited && isBefore($0.id, awaited) }) else { break }
            present = next
        }
        return present
    }

    /// Whether a task holds back one of the same host that does not come before it.
    private func isBefore(_ first: Int, _ second: Int) -> Bool {
        let (item, other) = (instances[first].item, instances[second].item)
        return item == nil || other == nil || item?.host == other?.host
    }

    private func firstOpenTask(behind blocker: Blocker) -> Int? {
        instances.first { instance in
            guard !status[instance.id].isSettled else { return false }
            switch blocker {
            case .change(let id): return instance.id == id
            case .variable(let variable):
                return instance.host == variable.host && instance.task.register == variable.name
            case .tasks(let group):
                guard instance.task.title == group.title else { return false }
                return group.subject == nil || group.subject == instance.host || group.subject == instance.item?.name
            }
        }?.id
    }
}
