import Propagation
import Provisioning
import RemoteHost

/// What a run does on one host, over its one connection: look once, then apply what is due until nothing is left.
struct HostWork: Sendable {
    let host: RunHost
    let facts: FactSet
    let board: Board
    let window: ForkWindow
    let lock: RunLock
    let changeLock: ChangeLock
    /// Whether changes are made: where there are only checks, no lock is needed.
    let isChanging: Bool
    let interruption: Interruption
    let deadlines: RunDeadlines
    /// Whether tasks need root's rights, so that the look asks whose rights scripts have.
    let needsRoot: Bool
    let publish: @Sendable (RunEvent) -> Void

    /// Looks at the host: one command, whatever the number of tasks. Where there is none, as when only canaries are sent,
    /// it shows that scripts run with the rights that they need: a wrong password is tried here, once.
    func look(_ remote: any RemoteHost) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        var questions = facts
        let asksForRoot = needsRoot && !facts.isEmpty
        if asksForRoot { questions.insert(RightsFact()) }
        let seen = try await remote.look(questions, host.privilege, deadline: deadlines.probe)
        publish(.probed(host: host.name, seconds: (clock.now - start).inSeconds, kinds: seen.times))
        if asksForRoot, let rights = try? seen.value(of: RightsFact()), !rights.isRoot {
            throw HostFailure(without: rights, host.privilege)
        }
        await board.observed(seen, on: host.name)
    }

    private enum Event: Sendable {
        /// These changes are due; none where nothing is left.
        case due([Schedule.PlannedChange]?)
        case ended
    }

    /// Applies what is due until nothing is left. What becomes due while a script runs has a script of its own, as long as
    /// there is a session for that; else it is part of the next.
    func applyUntilFinished(_ remote: any RemoteHost) async throws {
        let place = SharedPlace(in: window)
        try await withThrowingTaskGroup(of: Event.self) { group in
            var running = 0
            var isAsking = true
            group.addTask { .due(try await nextChanges(place)) }
            while let event = try await group.next() {
                switch event {
                case .due(nil): continue
                case .due(let changes?):
                    isAsking = false
                    running += 1
                    group.addTask {
                        defer { place.leave() }
                        try await ChangeScript(work: self, changes: changes).run(on: remote)
                        return .ended
                    }
                case .ended: running -= 1
                }
                guard !isAsking, running < SessionBudget.scripts else { continue }
                isAsking = true
                group.addTask { .due(try await nextChanges(place)) }
            }
        }
    }

    /// Waits for changes that are due, for the run's lock, and for a place; none where nothing is left.
    private func nextChanges(_ place: SharedPlace) async throws -> [Schedule.PlannedChange]? {
        while case .apply(let changes) = await board.nextStep(for: host.name) {
            do throws(RunLock.Failure) {
                if isChanging { try await lock.acquire() }
            } catch {
                await board.withdraw(changes, because: error.message)
                throw error
            }
            await place.enter()
            // There may have been a long queue for the lock and the place.
            guard interruption.isRequested || Task.isCancelled else { return changes }
            let reason = interruption.isRequested ? "the run was interrupted" : "an earlier task failed"
            await board.withdraw(changes, because: reason)
            place.leave()
        }
        return nil
    }
}

extension Duration {
    /// The duration in seconds.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
