import Provisioning

/// The schedule as the hosts of a run share it: each asks what is next, and sleeps until there is an answer.
actor Board {
    private var schedule: Schedule
    private var open: Set<String>
    private var parked: Set<String> = []
    private var sleepers: [CheckedContinuation<Void, Never>] = []
    private let publish: @Sendable (TaskReport) -> Void

    /// Makes a board; `publish` is told of each task as it is settled.
    init(_ schedule: Schedule, hosts: [String], publish: @escaping @Sendable (TaskReport) -> Void) {
        self.schedule = schedule
        open = Set(hosts)
        self.publish = publish
    }

    /// What a host does next; `.wait` is slept over.
    func nextStep(for host: String) async -> Schedule.Step {
        while true {
            let step = schedule.nextStep(for: host)
            tellAndWake()
            switch step {
            case .apply: return step
            case .finished:
                leave(host)
                return step
            case .wait:
                parked.insert(host)
                if breakDeadlock() { continue }
                await withCheckedContinuation { sleepers.append($0) }
            }
        }
    }

    /// A host has been looked at.
    func observed(_ seen: HostObservations, on host: String) {
        schedule.observed(seen, on: host)
        tellAndWake()
    }

    /// A change was tried.
    func applied(_ id: Int, _ output: ProbeOutput) {
        schedule.applied(id, output)
        tellAndWake()
    }

    /// A host takes no further part.
    func lost(_ host: String, because reason: String) {
        schedule.lost(host, because: reason)
        tellAndWake()
        leave(host)
    }

    /// The run ends early.
    func interrupt() {
        schedule.interrupt()
        wake()
    }

    private func leave(_ host: String) {
        open.remove(host)
        parked.remove(host)
        _ = breakDeadlock()
    }

    /// Where all who are left wait for each other, settles what they wait for.
    private func breakDeadlock() -> Bool {
        guard !open.isEmpty, parked == open else { return false }
        schedule.breakDeadlock()
        tellAndWake()
        return true
    }

    private func tellAndWake() {
        let reports = schedule.takeReports()
        reports.forEach(publish)
        if !reports.isEmpty { wake() }
    }

    private func wake() {
        parked = []
        let sleepers = sleepers
        self.sleepers = []
        for sleeper in sleepers { sleeper.resume() }
    }
}
