import Provisioning

/// The schedule as the hosts of a run share it: each asks what is next, and sleeps until there is an answer.
actor Board {
    private var schedule: Schedule
    private var open: Set<String>
    private var sleepers: [String: AsyncStream<Void>.Continuation] = [:]
    private let publish: @Sendable (TaskReport) -> Void

    /// Makes a board; `publish` is told of each task as it is settled.
    init(_ schedule: Schedule, hosts: [String], publish: @escaping @Sendable (TaskReport) -> Void) {
        self.schedule = schedule
        open = Set(hosts)
        self.publish = publish
    }

    /// What a host does next; `.wait` is slept over. Where the waiting task is cancelled, that is nothing.
    func nextStep(for host: String) async -> Schedule.Step {
        while !Task.isCancelled {
            let step = schedule.nextStep(for: host)
            tellAndWake()
            switch step {
            case .apply: return step
            case .finished:
                leave(host)
                return step
            case .wait:
                let (waking, continuation) = AsyncStream.makeStream(of: Void.self)
                sleepers[host] = continuation
                breakDeadlock()
                for await _ in waking {}
                sleepers[host] = nil
            }
        }
        return .finished
    }

    /// A host has been looked at.
    func observed(_ seen: Facts, on host: String) {
        schedule.observed(seen, on: host)
        tellAndWake()
    }

    /// A change was tried.
    func applied(_ id: Int, _ output: ProbeOutput) {
        schedule.applied(id, output)
        tellAndWake()
        breakDeadlock()
    }

    /// Changes are not tried after all.
    func withdraw(_ changes: [Schedule.PlannedChange], because reason: String) {
        for change in changes { schedule.withdraw(change.id, because: reason) }
        tellAndWake()
        breakDeadlock()
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
        tellAndWake()
    }

    private func leave(_ host: String) {
        open.remove(host)
        breakDeadlock()
    }

    /// Where all who are left wait for each other, lets one of them fail.
    private func breakDeadlock() {
        guard !open.isEmpty, sleepers.count == open.count, !schedule.isChanging else { return }
        schedule.breakDeadlock()
        tellAndWake()
    }

    private func tellAndWake() {
        let news = schedule.takeNews()
        news.reports.forEach(publish)
        for host in news.woken { sleepers.removeValue(forKey: host)?.finish() }
    }
}
