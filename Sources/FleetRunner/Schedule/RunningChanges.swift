import Playbooks
import Provisioning

/// The changes that scripts run on one host, and which of them another script has to wait for.
struct RunningChanges: Sendable {
    private var all: Set<Int> = []
    private var withoutLane: Set<Int> = []
    private var byLane: [String: Set<Int>] = [:]
    private var byItem: [String: Set<Int>] = [:]
    private var byFile: [String: Set<Int>] = [:]

    /// A change has been given to a script.
    mutating func insert(_ change: Change, of instance: TaskInstance) {
        edit(change, of: instance) { $0.insert(instance.id) }
    }

    /// A change has ended.
    mutating func remove(_ change: Change, of instance: TaskInstance) {
        edit(change, of: instance) { $0.remove(instance.id) }
    }

    /// The change that has to end before this one can be in another script; none where the two scripts may run beside each
    /// other. Of several it is the one that is likely to end last.
    func blocker(of change: Change, of instance: TaskInstance) -> Int? {
        guard !all.isEmpty else { return nil }
        guard let lane = instance.lane else { return all.max() }
        if let id = withoutLane.max() ?? byLane[lane]?.max() { return id }
        let items = (instance.item?.needs ?? []).lazy.compactMap { byItem[$0]?.max() }
        return items.first ?? change.writes.lazy.compactMap { byFile[$0]?.max() }.first
    }

    private mutating func edit(_ change: Change, of instance: TaskInstance, _ edit: (inout Set<Int>) -> Void) {
        edit(&all)
        if let lane = instance.lane { edit(&byLane[lane, default: []]) } else { edit(&withoutLane) }
        if let item = instance.item { edit(&byItem[item.name, default: []]) }
        for file in change.writes { edit(&byFile[file, default: []]) }
    }
}
