import Playbooks
import Provisioning

/// What is to be done next on each host of a run: tasks in, observations in, steps out.
///
/// A pure state machine, without input or output of its own. On one host the tasks keep the playbook's order, but for the
/// items of a loop, which do not wait for each other; between hosts nothing but the data orders them: a task waits for
/// the variables that it refers to, and for the tasks that it names in `after`.
struct Schedule: Sendable {
    /// What a host does next.
    enum Step: Sendable {
        /// Apply these changes, in one script.
        case apply([PlannedChange])
        /// Wait until something is settled elsewhere.
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
        /// The number of the loop's item, so that one item's failure does not end the others.
        var chain: Int?
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

    private(set) var instances: [TaskInstance]
    private(set) var status: [Status]
    /// What has been settled since the last look.
    private var reports: [TaskReport] = []

    private let isDryRun: Bool
    private var scope: VariableScope
    private let prober: TaskProber
    private let byHost: [String: [Int]]
    private let byTitle: [String: [Int]]
    private let chains: [String: Int]
    private var observations: [String: HostObservations] = [:]
    private var unusable: [String: String] = [:]
    /// Paths written on each host by the tasks of this run.
    private var writes: [String: Set<String>] = [:]
    /// Items, or the whole host under `nil`, on which a task did not succeed, and that task's title.
    private var broken: [String: [String?: String]] = [:]
    private var isInterrupted = false

    /// Makes a schedule; in a dry run, changes are settled by being planned.
    init(hosts: [PlaybookHost], instances: [TaskInstance], prober: TaskProber, isDryRun: Bool) {
        self.instances = instances
        self.isDryRun = isDryRun
        self.prober = prober
        scope = VariableScope(hosts: hosts, instances: instances)
        status = Array(repeating: .waiting, count: instances.count)
        byHost = Dictionary(grouping: instances.map(\.id)) { instances[$0].host }
        byTitle = Dictionary(grouping: instances.map(\.id)) { instances[$0].task.title }
        chains = Dictionary(uniqueKeysWithValues: hosts.enumerated().map { ($0.element.name, $0.offset) })
    }

    /// Takes what was settled since the last call.
    mutating func takeReports() -> [TaskReport] {
        defer { reports = [] }
        return reports
    }

    // MARK: What happens on the hosts

    /// A host has been looked at.
    mutating func observed(_ seen: HostObservations, on host: String) {
        observations[host] = seen
    }

    /// A host takes no further part: its open tasks are skipped, and what they would have made will not exist.
    mutating func lost(_ host: String, because reason: String) {
        unusable[host] = reason
        for id in byHost[host] ?? [] where !status[id].isSettled {
            settle(id, .skipped, message: reason)
        }
    }

    /// The run ends early: tasks that have not begun are skipped.
    mutating func interrupt() {
        isInterrupted = true
    }

    /// A change was tried.
    mutating func applied(_ id: Int, _ output: ProbeOutput) {
        guard case .running(let change) = status[id] else { return }
        if output.status == FramedScript.notRunStatus {
            settle(id, .skipped, change, message: "an earlier task failed")
            return
        }
        if output.status == FramedScript.movedStatus {
            settle(
                id,
                .failed,
                change,
                message: "the host is no longer as it was when this was planned",
                hint: "something else changes it as well; run again"
            )
            return
        }
        switch prober.conclude(instances[id], output) {
        case .changed(let text):
            register(instances[id], .known(text))
            settle(id, change.isCheck ? .ok : .changed, change)
        case .failed(let reason):
            settle(id, .failed, change, message: reason)
        case .refused(let reason):
            settle(id, .failed, change, kind: .refused, message: reason)
            if output.status == FramedScript.stopStatus {
                broken[instances[id].host, default: [:]][nil] = instances[id].task.title
            }
        }
    }

    // MARK: What is next

    /// What a host does next. Call it only when none of its changes runs.
    mutating func nextStep(for host: String) -> Step {
        guard let seen = observations[host] else { return unusable[host] == nil ? .wait : .finished }
        var batch: [PlannedChange] = []
        var waitsHost = false
        var waitingItems: Set<String> = []
        for id in byHost[host] ?? [] where !status[id].isSettled {
            let instance = instances[id]
            let isHeldBack = waitsHost || instance.item.map(waitingItems.contains) ?? !waitingItems.isEmpty
            if isHeldBack {
                // What stands behind a waiting task waits with it.
            } else if isInterrupted {
                settle(id, .skipped, message: "the run was interrupted")
                continue
            } else if let title = broken[host]?[nil] ?? instance.item.flatMap({ broken[host]?[$0] }) {
                settle(id, .skipped, message: "'\(title)' did not succeed")
                continue
            } else if begin(id, seen, &batch) {
                continue
            }
            if let item = instance.item { waitingItems.insert(item) } else { waitsHost = true }
        }
        if !batch.isEmpty { return .apply(batch) }
        return waitsHost || !waitingItems.isEmpty ? .wait : .finished
    }

    /// Plans a task if all that it needs is known; says whether it was settled or begun.
    private mutating func begin(_ id: Int, _ seen: HostObservations, _ batch: inout [PlannedChange]) -> Bool {
        let instance = instances[id]
        switch order(of: instance) {
        case .waiting: return false
        case .unavailable(let reason):
            settle(id, .skipped, message: reason)
            return true
        case .ready: break
        }
        switch scope.resolve(instance) {
        case .waiting: return false
        case .unavailable(let reason):
            settle(id, .skipped, message: reason)
        case .ready(let arguments):
            do {
                let context = PlanContext(pendingWrites: writes[instance.host] ?? [])
                let variables = scope.templateVariables(for: instance)
                let plan = try prober.plan(instance, arguments, variables, seen, context)
                adopt(plan, id, &batch)
            } catch {
                settle(id, .failed, message: error.message, hint: error.hint)
            }
        }
        return true
    }

    private mutating func adopt(_ plan: TaskPlan, _ id: Int, _ batch: inout [PlannedChange]) {
        let instance = instances[id]
        switch plan {
        case .ok(let output, let note):
            register(instance, .known(output))
            settle(id, .ok, message: note)
        case .knownAfterApply(let summary):
            register(instance, .afterApply)
            settle(id, .changed, Change(summary, script: ""), isKnownAfterApply: true)
        case .change(let change):
            writes[instance.host, default: []].formUnion(change.writes)
            if isDryRun {
                register(instance, .afterApply)
                settle(id, change.isCheck ? .ok : .changed, change, isKnownAfterApply: change.isCheck)
            } else {
                status[id] = .running(change)
                batch.append(PlannedChange(id: id, change: change, chain: instance.item.flatMap { chains[$0] }))
            }
        }
    }

    private enum Order {
        case ready
        case waiting
        case unavailable(String)
    }

    /// Whether the tasks that an instance names in `after` have succeeded.
    private func order(of instance: TaskInstance) -> Order {
        for title in instance.task.after {
            for id in byTitle[title] ?? [] {
                let other = instances[id]
                if let item = instance.item, other.host != item, other.item != item { continue }
                switch status[id] {
                case .settled(.ok), .settled(.changed): continue
                case .settled:
                    return .unavailable(unusable[other.host] ?? "'\(title)' did not succeed on \(other.host)")
                case .waiting, .running: return .waiting
                }
            }
        }
        return .ready
    }

    /// Ends a run in which everybody waits for somebody else, which a playbook can ask for by mistake.
    mutating func breakDeadlock() {
        for id in instances.indices where status[id] == .waiting && unusable[instances[id].host] == nil {
            settle(
                id,
                .failed,
                message: "it waits for a task that waits for it",
                hint: "look at the variables and the 'after' of this task"
            )
        }
    }

    // MARK: Settling

    private mutating func register(_ instance: TaskInstance, _ value: VariableScope.Registered) {
        if let name = instance.task.register { scope.register(name, on: instance.host, value) }
    }

    private mutating func settle(
        _ id: Int,
        _ outcome: Outcome,
        _ change: Change? = nil,
        isKnownAfterApply: Bool = false,
        kind: FailureKind = .task,
        message: String? = nil,
        hint: String? = nil
    ) {
        let instance = instances[id]
        status[id] = .settled(outcome)
        if outcome == .failed || outcome == .skipped {
            register(instance, .unavailable(unusable[instance.host] ?? "'\(instance.task.title)' did not succeed"))
            if broken[instance.host]?[instance.item] == nil {
                broken[instance.host, default: [:]][instance.item] = instance.task.title
            }
        }
        reports.append(
            TaskReport(
                task: instance.task.title,
                module: instance.task.module.keyword,
                host: instance.host,
                item: instance.item,
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
