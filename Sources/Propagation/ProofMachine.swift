import RemoteHost

/// The course of a proof: what to do next after each thing that happens. It does nothing itself.
///
/// Times are since the start of the proof. `begin` comes first; `isFinished` says when nothing more will happen.
struct ProofMachine {
    /// What happens.
    enum Input: Sendable, Equatable {
        case masterReady
        case masterWritten(CanaryStep)
        case masterEnded(Result<CommandResult, RemoteHostError>)
        case slaveReady(Int)
        case slaveSeen(Int, CanaryStep)
        case slaveEnded(Int, Result<CommandResult, RemoteHostError>)
        /// The answer to `askForTransfers`: those that go on, by slave.
        case transfers([Int: OngoingTransfer])
        /// The time of a `startTimer` is over.
        case timeIsUp(timer: Int)
        case interrupted
    }

    /// What to do.
    enum Action: Sendable, Equatable {
        case order(CanaryStep)
        case endMaster
        case endSlaves
        /// Only the latest timer counts.
        case startTimer(Int, Duration)
        /// Asks the master which transfers go on to these slaves.
        case askForTransfers([Int])
        /// Gives up on the commands that do not end.
        case abandon
        case report(ProofEvent)
    }

    enum Phase: Equatable {
        case starting
        case writing(CanaryStep)
        case watching(CanaryStep, since: Duration)
        case endingMaster
        case endingSlaves
    }

    let timing: ProofTiming
    private(set) var phase = Phase.starting
    private var timer = 0
    var slaves: [SlaveState]
    /// Whether the master was asked what is being sent, and has not answered.
    var isAskingForTransfers = false
    /// For how long steps were waited for beyond their time, as transfers went on.
    var waitedForTransfers = Duration.zero
    private var masterIsReady = false
    private var masterHasEnded = false
    private var isInterrupted = false
    /// Whether a canary was ever asked for.
    private var wasOrdered = false
    /// Whether the master's script may have something to remove.
    private var mayBeLeft = false
    private var error: ProofError?

    init(slaves names: [String], timing: ProofTiming) {
        slaves = names.map(SlaveState.init)
        self.timing = timing
    }

    /// Whether all commands have ended.
    var isFinished: Bool { masterHasEnded && slaves.allSatisfy(\.hasEnded) }

    /// What was shown, once nothing more will happen.
    func result() -> Result<ProofReport, ProofError> {
        if let error { return .failure(error) }
        return .success(ProofReport(slaves: slaves.map(\.report), isInterrupted: isInterrupted))
    }

    /// What to do once the commands were started.
    mutating func begin() -> [Action] {
        [startTimer(timing.answer)]
    }

    /// What to do after this.
    mutating func handle(_ input: Input, at time: Duration) -> [Action] {
        switch input {
        case .masterReady:
            masterIsReady = true
            return proceed()
        case .masterWritten(let step):
            return written(step, at: time)
        case .masterEnded(let ending):
            return masterEnded(ending)
        case .slaveReady(let slave):
            slaves[slave].isReady = true
            return proceed()
        case .slaveSeen(let slave, let step):
            return seen(step, by: slave, at: time)
        case .slaveEnded(let slave, let ending):
            return slaveEnded(slave, ending)
        case .transfers(let transfers):
            return transfersAre(transfers)
        case .timeIsUp(let timer):
            return timer == self.timer ? timeIsUp() : []
        case .interrupted:
            return isEnding ? [] : interrupt()
        }
    }
}

// MARK: - The course of things

extension ProofMachine {
    private var isEnding: Bool { phase == .endingMaster || phase == .endingSlaves }

    mutating func startTimer(_ duration: Duration) -> Action {
        timer += 1
        return .startTimer(timer, duration)
    }

    /// Goes on where everyone who takes part is ready for it.
    mutating func proceed() -> [Action] {
        if isEnding { return [] }
        let partakers = slaves.filter(\.takesPart)
        guard !partakers.isEmpty else { return endMaster() }
        switch phase {
        case .starting where masterIsReady && partakers.allSatisfy(\.isReady):
            return begin(.created)
        case .watching(let step, _) where partakers.allSatisfy { $0.seen[step] != nil }:
            isAskingForTransfers = false
            if let next = step.next { return begin(next) }
            for index in slaves.indices where slaves[index].takesPart {
                slaves[index].outcome = .proven(latencies: slaves[index].seen)
            }
            return endMaster()
        default:
            return []
        }
    }

    private mutating func begin(_ step: CanaryStep) -> [Action] {
        phase = .writing(step)
        wasOrdered = true
        mayBeLeft = true
        return [.order(step), startTimer(timing.answer)]
    }

    private mutating func written(_ step: CanaryStep, at time: Duration) -> [Action] {
        guard phase == .writing(step) else { return [] }
        phase = .watching(step, since: time)
        if step == .deleted { mayBeLeft = false }
        var actions = [Action.report(.written(step)), startTimer(timing.step)]
        // The slave's word may overtake the master's.
        for index in slaves.indices where slaves[index].takesPart && slaves[index].seenEarly == step {
            actions.append(record(step, latency: .zero, slave: index))
        }
        return actions + proceed()
    }

    private mutating func seen(_ step: CanaryStep, by slave: Int, at time: Duration) -> [Action] {
        guard slaves[slave].takesPart else { return [] }
        switch phase {
        case .writing(step):
            slaves[slave].seenEarly = step
            return []
        case .watching(step, let since):
            return [record(step, latency: max(.zero, time - since), slave: slave)] + proceed()
        default:
            return []
        }
    }

    private mutating func record(_ step: CanaryStep, latency: Duration, slave: Int) -> Action {
        slaves[slave].seen[step] = latency
        return .report(.seen(slave: slaves[slave].name, step, latency: latency))
    }

    private mutating func timeIsUp() -> [Action] {
        switch phase {
        case .starting:
            guard masterIsReady else { return masterIsSilent() }
            let error = RemoteHostError(.timedOut, "the host did not start to watch within \(timing.answer)")
            let late = slaves.indices.filter { slaves[$0].takesPart && !slaves[$0].isReady }
            return late.flatMap { drop($0, .lost(error), because: error.message) } + proceed()
        case .writing:
            return masterIsSilent()
        case .watching(let step, _):
            let late = late(for: step)
            if mayWaitForTransfers { return askForTransfers(late) }
            isAskingForTransfers = false
            return late.map { giveUp($0, step) } + proceed()
        case .endingMaster:
            return endSlaves()
        case .endingSlaves:
            return [.abandon]
        }
    }
}

// MARK: - The end

extension ProofMachine {
    private mutating func interrupt() -> [Action] {
        isInterrupted = true
        return endMaster()
    }

    private mutating func masterIsSilent() -> [Action] {
        fail(ProofError(.silent, "the master did not answer within \(timing.answer)"))
    }

    private mutating func fail(_ error: ProofError) -> [Action] {
        if self.error == nil { self.error = error }
        return endMaster()
    }

    /// First the master removes the canary, then the slaves wait for that to arrive.
    private mutating func endMaster() -> [Action] {
        phase = .endingMaster
        return [.endMaster] + (masterHasEnded ? endSlaves() : [startTimer(timing.ending)])
    }

    private mutating func endSlaves() -> [Action] {
        phase = .endingSlaves
        return [.endSlaves, startTimer(timing.farewell + timing.ending)]
    }

    private mutating func masterEnded(_ ending: Result<CommandResult, RemoteHostError>) -> [Action] {
        masterHasEnded = true
        guard isEnding else { return fail(reason(for: ending)) }
        if mayBeLeft, error == nil {
            switch ending {
            case .success(let result) where result.succeeded: break
            case .success(let result): error = .notRemoved(because: result.complaint)
            case .failure(let failure): error = .notRemoved(because: failure.message)
            }
        }
        return phase == .endingMaster ? endSlaves() : []
    }

    /// Why the master's script ended before it was told to.
    private func reason(for ending: Result<CommandResult, RemoteHostError>) -> ProofError {
        switch ending {
        case .failure(let error):
            return ProofError(.lost(error.code), error.message, hint: error.hint)
        case .success(let result):
            let step = if case .writing(let step) = phase { step } else { CanaryStep.created }
            return ProofError(
                .notWritable,
                "the canary could not be \(step.rawValue): \(result.complaint)",
                hint: "the source must be a directory that this user may write to, with space left"
            )
        }
    }

    private mutating func slaveEnded(_ slave: Int, _ ending: Result<CommandResult, RemoteHostError>) -> [Action] {
        slaves[slave].hasEnded = true
        let outcome: ProofReport.Outcome
        let reason: String
        switch ending {
        case .success(let result) where result.succeeded && phase == .endingSlaves:
            return []
        case .success(let result):
            (outcome, reason) = (.failed(result.complaint), result.complaint)
        case .failure(let error):
            (outcome, reason) = (.lost(error), error.message)
        }
        if wasOrdered, slaves[slave].seen[.deleted] == nil { slaves[slave].leftover = reason }
        return isEnding ? [] : drop(slave, outcome, because: reason) + proceed()
    }

    private mutating func drop(_ slave: Int, _ outcome: ProofReport.Outcome, because reason: String) -> [Action] {
        guard slaves[slave].takesPart else { return [] }
        slaves[slave].outcome = outcome
        return [.report(.dropped(slave: slaves[slave].name, reason: reason))]
    }
}

extension ProofError {
    fileprivate static func notRemoved(because reason: String) -> ProofError {
        ProofError(.notRemoved, "something of the canary may be left in the source: \(reason)")
    }
}

extension CommandResult {
    /// What the shell said about a failure, in one line.
    fileprivate var complaint: String {
        let lines = errorText.split(whereSeparator: \.isNewline)
        return lines.isEmpty ? "it ended with \(exit)" : lines.joined(separator: "; ")
    }
}
