import Playbooks

/// One host's tasks in the order in which they may begin.
///
/// The playbook's order holds, but for the items of a loop, which do not wait for each other: between two tasks of the
/// whole host, each host that items are parts of has a lane of its own. After those, each handover has one.
struct TaskQueue: Sendable {
    /// The lanes between two tasks of the whole host; such a task is a stage of one lane.
    private typealias Stage = [ArraySlice<Int>]

    private var stages: ArraySlice<Stage>
    private var lanes: Stage = []
    /// Lanes of the present stage that may go on.
    private var ready: ArraySlice<Int> = []
    /// What the other lanes wait for.
    private var blockers: [Int: Blocker] = [:]
    private var unfinished = 0

    /// Makes a queue of a host's task instances, in the playbook's order.
    init(_ instances: some Sequence<TaskInstance>) {
        var stages: [Stage] = []
        var items = Lanes()
        var handovers = Lanes()
        for instance in instances {
            guard let item = instance.item else {
                stages += items.take() + handovers.take() + [[[instance.id]]]
                continue
            }
            if let handover = item.handover {
                handovers.append(instance.id, for: handover)
            } else {
                items.append(instance.id, for: item.host)
            }
        }
        self.stages = (stages + items.take() + handovers.take())[...]
    }

    /// The lanes of a stage, as they grow.
    private struct Lanes {
        private var stage: Stage = []
        private var laneOfKey: [String: Int] = [:]

        /// Puts a task at the end of a key's lane.
        mutating func append(_ id: Int, for key: String) {
            if let lane = laneOfKey[key] {
                stage[lane].append(id)
            } else {
                laneOfKey[key] = stage.count
                stage.append([id])
            }
        }

        /// The stage, if there is one; the next task begins another.
        mutating func take() -> [Stage] {
            defer { self = Lanes() }
            return stage.isEmpty ? [] : [stage]
        }
    }

    /// Whether no task is left that has not begun.
    var isFinished: Bool { unfinished == 0 && stages.isEmpty }

    /// A lane that may go on; the next stage opens when every lane of the present one has come to its end.
    mutating func nextReadyLane() -> Int? {
        while ready.isEmpty {
            guard unfinished == 0, let stage = stages.popFirst() else { return nil }
            lanes = stage
            unfinished = stage.count
            ready = ArraySlice(stage.indices)
        }
        return ready.popFirst()
    }

    /// The task with which a lane goes on.
    func head(of lane: Int) -> Int? { lanes[lane].first }

    /// The head of a lane has begun, or will not.
    mutating func advance(_ lane: Int) {
        lanes[lane].removeFirst()
        if lanes[lane].isEmpty { unfinished -= 1 }
    }

    /// A lane cannot go on before this is settled.
    mutating func block(_ lane: Int, by blocker: Blocker) {
        blockers[lane] = blocker
    }

    /// Something is settled: the lane may go on if that is what it waits for. Says whether it is.
    mutating func unblock(_ lane: Int, from blocker: Blocker) -> Bool {
        guard blockers[lane] == blocker else { return false }
        blockers[lane] = nil
        ready.append(lane)
        return true
    }

    /// All lanes may go on, whatever they wait for.
    mutating func unblockAll() {
        ready += blockers.keys.sorted()
        blockers = [:]
    }

    /// The tasks that cannot begin, and what each of them waits for; the first task first.
    var blocked: [(id: Int, lane: Int, blocker: Blocker)] {
        blockers.compactMap { lane, blocker in head(of: lane).map { (id: $0, lane: lane, blocker: blocker) } }
            .sorted { $0.id < $1.id }
    }
}
