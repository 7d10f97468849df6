import Playbooks
import Provisioning

/// What is to be done next on each host of a run: tasks in, observations in, steps out.
///
/// A pure state machine, without input or output of its own. On one host the tasks keep the playbook's order, but for the
/// items of a loop, which do not wait for each other; between hosts nothing but the data orders them: a task waits for
/// the variables that it refers to, and for the tasks that it names in `after`.
///
/// A host may run several scripts of changes at the same time. A change of an item is given to another script only where
/// none runs of the same lane, of what the item needs, or in the same file; a change of the whole host shares its time
/// with those of its own script only.
///
/// A task that waits is not looked at again before what it waits for is settled: the work grows with the number of
/// tasks, not with its square.
struct Schedule: Sendable {
    /// What a host does next.
    enum Step: Sendable {
        /// Apply these changes, in one script.
        case apply([PlannedChange])
        /// Wait until something is settled.
        case wait
        /// Nothing is left.
        case finished
    }

    /// A change that is due, and the task that it belongs to.
    struct PlannedChange: Sendable {
        /// The id of the task instance.
        var id: Int
        /// The change.
        var change: Change
        /// The numbers of the loop's item and of what it needs, so that one item's failure does not end the others.
        var chains: [Int]
        /// The number of the host whose item it is, beside whose changes those of other hosts' items run; none where it
        /// waits for all that is planned before.
        var lane: Int?
    }

    /// How far a task instance is.
    enum Status: Sendable, Hashable {
        case waiting
        case running(Change)
        case settled(Outcome)

        var isSettled: Bool {
            if case .settled = self { true } else { false }
        }
    }

    /// A task that did not succeed.
    private struct Fault: Sendable {
        var title: String
        var isRefusal: Bool
        /// The host that the failure counts against.
        var subject: String
    }

    let instances: [TaskInstance]
    private(set) var status: [Status]
    /// The tasks of each host that have not begun.
    var queues: [String: TaskQueue]

    private let hosts: [String]
    private let isDryRun: Bool
    private var scope: VariableScope
    private let planner: TaskPlanner
    private let byHost: [String: [Int]]
    private let chains: [String: Int]
    private var tally: TaskTally
    /// The lanes that wait, by what they wait for.
    private var waiters: [Blocker: [(host: String, lane: Int)]] = [:]
    /// The changes that scripts run on each host.
    private var running: [String: RunningChanges] = [:]
    private var runningCount = 0
    private var facts: [String: Facts] = [:]
    private var unusable: [String: String] = [:]
    /// Paths written on each host by the tasks of this run.
    private var writes: [String: Set<String>] = [:]
    /// Items, or the whole host under `nil`, on which a task did not succeed, and the first such task.
    private var broken: [String: [String?: Fault]] = [:]
    private var isInterrupted = false
    private var reports: [TaskReport] = []
    private var woken: Set<String> = []

    /// Makes a schedule; in a dry run, changes are settled by being planned.
    init(
        hosts: [PlaybookHost],
        items: [PlaybookItem] = [],
        instances: [TaskInstance],
        planner: TaskPlanner,
        isDryRun: Bool
    ) {
        self.instances = instances
        self.hosts = hosts.map(\.name)
        self.isDryRun = isDryRun
        self.planner = planner
        scope = VariableScope(hosts: hosts, items: items, instances: instances)
        status = Array(repeating: .waiting, count: instances.count)
        byHost = Dictionary(grouping: instances.map(\.id)) { instances[$0].host }
        queues = byHost.mapValues { ids in TaskQueue(ids.lazy.map { instances[$0] }) }
        let names = Set(hosts.map(\.name) + items.map(\.name))
        chains = Dictionary(uniqueKeysWithValues: names.sorted().enumerated().map { ($0.element, $0.offset) })
        tally = TaskTally(instances)
    }

    /// What was settled since the last call, and the hosts whose waiting may be over by that.
    mutating func takeNews() -> (reports: [TaskReport], woken: Set<String>) {
        defer { (reports, woken) = ([], []) }
        return (reports, woken)
    }

    // MARK: What happens on the hosts

    /// A host has been looked at.
    mutating func observed(_ seen: Facts, on host: String) {
        facts[host] = seen
        woken.insert(host)
    }

    /// A host takes no further part: its open tasks are skipped, and what they would have made will not exist.
    mutating func lost(_ host: String, because reason: String) {
        unusable[host] = reason
        queues[host] = nil
        // The changes of a lane run one after the other: only the first of each that has no answer can have begun, and one
        // without a lane only when no other is open.
        var open: Set<String> = []
        var isBlocked = false
        for id in byHost[host] ?? [] where !status[id].isSettled {
            guard case .running(let change) = status[id] else {
                settle(id, .skipped, message: reason)
                continue
            }
            let mayBeHalfDone: Bool
            if let lane = instances[id].lane {
                mayBeHalfDone = open.insert(lane).inserted && !isBlocked
            } else {
                mayBeHalfDone = open.isEmpty && !isBlocked
                isBlocked = true
            }
            if mayBeHalfDone {
                settle(id, .skipped, change, message: "it is not known how far this came: \(reason)")
            } else {
                settle(id, .skipped, message: reason)
            }
        }
    }

    /// The run ends early: tasks that have not begun are skipped.
    mutating func interrupt() {
        isInterrupted = true
        for host in queues.keys { queues[host]?.unblockAll() }
        waiters = [:]
        woken.formUnion(hosts)
    }

    /// A change is not tried after all.
    mutating func withdraw(_ id: Int, because reason: String) {
        guard case .running = status[id] else { return }
        settle(id, .skipped, message: reason)
    }

    /// A change was tried.
    mutating func applied(_ id: Int, _ output: ProbeOutput) {
        guard case .running(let change) = status[id] else { return }
        let instance = instances[id]
        switch output.ending {
        case .skipped:
            if !skip(id, change) { settle(id, .skipped, change, message: "an earlier task failed") }
            return
        case .moved:
            settle(
                id,
                .failed,
                change,
                message: "the host is no longer as it was when this was planned",
                hint: "something else changes it as well; run again"
            )
            return
        case .ended, .refused, .stopped: break
        }
        switch planner.conclude(instance, output) {
        case .changed(let text):
            register(instance, .known(text))
            // What a check has to say is a note, unless it was asked for by a task that takes it.
            let note = change.isCheck && instance.task.register == nil && !text.isEmpty ? text : nil
            settle(id, change.isCheck ? .ok : .changed, change, message: note)
        case .failed(let reason): settle(id, .failed, change, message: reason)
        case .refused(let reason): settle(id, .failed, change, kind: .refused, message: reason)
        }
        if output.ending == .stopped {
            broken[instance.host, default: [:]][nil] = Fault(
                title: instance.task.title,
                isRefusal: true,
                subject: instance.subject
            )
        }
    }

    // MARK: What is next

    /// Whether any change of the run has been begun and not ended.
    var isChanging: Bool { runningCount > 0 }

    /// What a host does next, also while changes run there; those that are given out go into one script.
    mutating func nextStep(for host: String) -> Step {
        guard unusable[host] == nil else { return .finished }
        guard let seen = facts[host] else { return .wait }
        var batch: [PlannedChange] = []
        while let lane = queues[host]?.nextReadyLane() {
            while let id = queues[host]?.head(of: lane) {
                if let blocker = begin(id, seen, &batch) {
                    queues[host]?.block(lane, by: blocker)
                    waiters[blocker, default: []].append((host, lane))
                    break
                }
                queues[host]?.advance(lane)
            }
        }
        if !batch.isEmpty {
            for planned in batch {
                running[host, default: RunningChanges()].insert(planned.change, of: instances[planned.id])
            }
            return .apply(batch.sorted { $0.id < $1.id })
        }
        return queues[host]?.isFinished ?? true ? .finished : .wait
    }

    /// Plans a task if all that it needs is known, so that it is settled or begun; otherwise says what it waits for.
    private mutating func begin(_ id: Int, _ seen: Facts, _ batch: inout [PlannedChange]) -> Blocker? {
        if status[id].isSettled { return nil }
        let instance = instances[id]
        if skip(id) { return nil }
        for awaited in instance.task.after.flatMap({ tally.awaited($0, by: instance) }) {
            switch tally.progress(of: awaited.group) {
            case .succeeded: continue
            case .open: return .tasks(awaited.group)
            case .failed(let other):
                if let copy = awaited.copy {
                    guard hold(id, for: copy, because: instances[other]) else { continue }
                } else {
                    let host = instances[other].host
                    let reason = unusable[host] ?? "'\(awaited.group.title)' did not succeed on \(host)"
                    settle(id, .skipped, message: reason)
                }
                return nil
            }
        }
        switch scope.resolve(instance) {
        case .waiting(let variable): return .variable(variable)
        case .unavailable(let reason): settle(id, .skipped, message: reason)
        case .ready(let arguments):
            do {
                let context = PlanContext(pendingWrites: writes[instance.host] ?? [])
                return adopt(try planner.plan(instance, arguments, scope, seen, context), id, &batch)
            } catch {
                settle(
                    id,
                    .failed,
                    kind: error.isRefusal ? .refused : .task,
                    message: error.message,
                    hint: error.hint
                )
            }
        }
        return nil
    }

    /// Skips a task where the run was interrupted, or where one did not succeed that it cannot do without.
    private mutating func skip(_ id: Int, _ change: Change? = nil) -> Bool {
        let instance = instances[id]
        if isInterrupted {
            settle(id, .skipped, change, message: "the run was interrupted")
            return true
        }
        let failures = broken[instance.host]
        let ofItem = instance.item?.needs.lazy.compactMap { failures?[$0] }.first
        guard let fault = failures?[nil] ?? ofItem else { return false }
        // An lsyncd of several copies is the master's: what is held for one of them counts against that one's slave.
        let isForOne = failures?[nil] == nil && instance.subject == instance.host
        let subject = isForOne ? fault.subject : instance.subject
        settle(id, .skipped, change, message: "'\(fault.title)' did not succeed", subject: subject)
        return true
    }

    /// Ends a handover because of a task that did not succeed for one of its copies, unless the copy stays where it is and
    /// was not refused.
    private mutating func hold(_ id: Int, for copy: TaskInstance.Item, because other: TaskInstance) -> Bool {
        guard let conditions = instances[id].item?.conditions else { return false }
        let failures = broken[other.host]
        let fault = copy.needs.lazy.compactMap { failures?[$0] }.first
        let isRefusal = fault?.isRefusal == true
        let isArriving = conditions.arriving.contains(copy.name)
        guard isArriving || isRefusal else { return false }
        let cause =
            unusable[copy.host].map { "\(copy.name): \($0)" }
            ?? "'\(fault?.title ?? other.task.title)' did not succeed for \(copy.name)"
        let shared = conditions.shared.joined(separator: " and ")
        settle(
            id,
            .failed,
            kind: isRefusal ? .refused : .task,
            message:
                "\(cause); until that is mended, \(shared) stays as it is, and each copy with the lsyncd that has it",
            hint: "see to \(copy.name)" + (isArriving ? ", or leave it out: --limit 'slaves:!\(copy.host)'" : ""),
            // The master is as wanted, but for this copy.
            subject: copy.host
        )
        return true
    }

    private mutating func adopt(_ plan: TaskPlan, _ id: Int, _ batch: inout [PlannedChange]) -> Blocker? {
        let instance = instances[id]
        switch plan {
        case .ok(let output, let note):
            register(instance, .known(output))
            settle(id, .ok, message: note)
        case .knownAfterApply(let summary):
            register(instance, .afterApply)
            settle(id, .changed, Change(summary, script: ""), isKnownAfterApply: true)
        case .change(let change):
            if let other = running[instance.host]?.blocker(of: change, of: instance) { return .change(other) }
            writes[instance.host, default: []].formUnion(change.writes)
            if isDryRun {
                register(instance, .afterApply)
                settle(id, change.isCheck ? .ok : .changed, change, isKnownAfterApply: change.isCheck)
            } else {
                status[id] = .running(change)
                runningCount += 1
                batch.append(
                    PlannedChange(
                        id: id,
                        change: change,
                        chains: (instance.item?.needs ?? []).compactMap { chains[$0] },
                        lane: instance.lane.flatMap { chains[$0] }
                    )
                )
            }
        }
        return nil
    }

    // MARK: Settling

    private mutating func register(_ instance: TaskInstance, _ value: VariableScope.Registered) {
        guard let name = instance.task.register else { return }
        scope.register(name, on: instance.host, value)
        wake(.variable(RegisteredVariable(host: instance.host, name: name)))
    }

    /// Lets the tasks go on that wait for this.
    private mutating func wake(_ blocker: Blocker) {
        for (host, lane) in waiters.removeValue(forKey: blocker) ?? []
        where queues[host]?.unblock(lane, from: blocker) == true {
            woken.insert(host)
        }
    }

    /// Lets a host look again at what is next.
    mutating func wake(host: String) {
        woken.insert(host)
    }

    /// Settles a task, and lets those go on that wait for it.
    mutating func settle(
        _ id: Int,
        _ outcome: Outcome,
        _ change: Change? = nil,
        isKnownAfterApply: Bool = false,
        kind: FailureKind = .task,
        message: String? = nil,
        hint: String? = nil,
        subject: String? = nil
    ) {
        let instance = instances[id]
        let hasSucceeded = outcome == .ok || outcome == .changed
        let previous = status[id]
        status[id] = .settled(outcome)
        if case .running(let change) = previous {
            runningCount -= 1
            running[instance.host]?.remove(change, of: instance)
            wake(.change(id))
        }
        if !hasSucceeded {
            register(instance, .unavailable(unusable[instance.host] ?? "'\(instance.task.title)' did not succeed"))
            let item = instance.item?.name
            if broken[instance.host]?[item] == nil {
                broken[instance.host, default: [:]][item] = Fault(
                    title: instance.task.title,
                    isRefusal: kind == .refused,
                    subject: subject ?? instance.subject
                )
            }
        }
        for group in tally.settle(instance, succeeded: hasSucceeded) { wake(.tasks(group)) }
        reports.append(
            TaskReport(
                task: instance.task.title,
                module: instance.task.module.keyword,
                host: instance.host,
                item: instance.item?.name,
                subject: subject ?? instance.subject,
                outcome: outcome,
                summary: change?.summary ?? "",
                diff: change?.diff ?? [],
                isKnownAfterApply: isKnownAfterApply,
                kind: outcome == .failed ? kind : nil,
                message: message,
                hint: hint
            )
        )
    }
}
