import INIFile
package import Playbooks
import Provisioning

extension PlaybookOutlook {
    /// Everything that is wrong with the playbook for this fleet: one fault for each place, however many hosts have it.
    package var faults: [PlaybookError] {
        var faults: [PlaybookError] = []
        var places: [SourcePosition: Int] = [:]
        var others: [Int] = []
        for instance in instances {
            do throws(PlaybookError) {
                _ = try module(of: instance)
            } catch {
                if let place = places[error.position] {
                    others[place] += 1
                } else {
                    places[error.position] = faults.count
                    faults.append(error)
                    others.append(0)
                }
            }
        }
        for (place, count) in others.enumerated() where count > 0 {
            faults[place].message += " (and for \(count) more)"
        }
        return faults.isEmpty ? endlessWaits : faults
    }

    /// Tasks that would wait for ever, though every other one succeeds.
    private var endlessWaits: [PlaybookError] {
        var scope = scope
        var tally = TaskTally(instances)
        var queues = Dictionary(grouping: instances, by: \.host).mapValues { TaskQueue($0) }
        var hasMoved = true
        while hasMoved {
            hasMoved = false
            for host in queues.keys {
                queues[host]?.unblockAll()
                while let lane = queues[host]?.nextReadyLane() {
                    while let id = queues[host]?.head(of: lane) {
                        if let blocker = Self.blocker(of: instances[id], scope, tally) {
                            queues[host]?.block(lane, by: blocker)
                            break
                        }
                        queues[host]?.advance(lane)
                        if let name = instances[id].task.register { scope.register(name, on: host, .afterApply) }
                        _ = tally.settle(instances[id], succeeded: true)
                        hasMoved = true
                    }
                }
            }
        }
        let waiting = queues.values.flatMap(\.blocked).sorted { $0.id < $1.id }
        var seen: Set<SourcePosition> = []
        return waiting.compactMap { id, _, blocker in
            let origin = instances[id].task.origin
            let position = if case .tasks = blocker { origin.position(of: "after") } else { origin.position() }
            guard seen.insert(position).inserted else { return nil }
            return PlaybookError(
                at: position,
                "the task would wait for ever for \(awaited(blocker))",
                hint: "look at its variables and its 'after', and at what comes before the other task"
            )
        }
    }

    private static func blocker(of instance: TaskInstance, _ scope: VariableScope, _ tally: TaskTally) -> Blocker? {
        for awaited in instance.task.after.flatMap({ tally.awaited($0, by: instance) }) {
            if case .open = tally.progress(of: awaited.group) { return .tasks(awaited.group) }
        }
        if case .waiting(let variable) = scope.resolve(instance) { return .variable(variable) }
        return nil
    }

    private func awaited(_ blocker: Blocker) -> String {
        switch blocker {
        case .tasks(let group): "'\(group.title)'"
        case .change(let id): "'\(instances[id].task.title)'"
        case .variable(let variable):
            instances.first { $0.host == variable.host && $0.task.register == variable.name }
                .map { "'\($0.task.title)' on \(variable.host)" } ?? "what nobody makes"
        }
    }
}
