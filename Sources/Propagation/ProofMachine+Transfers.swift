/// The wait for transfers that go on: a slave that has not seen a step in time is not missed while one does.
extension ProofMachine {
    /// Whether the master may be asked what is being sent, before slaves are given up.
    var mayWaitForTransfers: Bool { !isAskingForTransfers && waitedForTransfers < timing.transfer }

    /// The slaves that have not seen a step yet.
    func late(for step: CanaryStep) -> [Int] {
        slaves.indices.filter { slaves[$0].takesPart && slaves[$0].seen[step] == nil }
    }

    /// Asks what is being sent to the slaves that are late; no answer in the time that a host may take is none.
    mutating func askForTransfers(_ late: [Int]) -> [Action] {
        isAskingForTransfers = true
        return [.askForTransfers(late), startTimer(timing.ending)]
    }

    /// Waits on for the slaves to which a transfer goes on, and gives the other late ones up.
    mutating func transfersAre(_ transfers: [Int: OngoingTransfer]) -> [Action] {
        guard isAskingForTransfers, case .watching(let step, _) = phase else { return [] }
        isAskingForTransfers = false
        var actions: [Action] = []
        var isWaiting = false
        for slave in late(for: step) {
            let known = slaves[slave].transfer
            if let transfer = transfers[slave], transfer.failures <= known?.failures ?? transfer.failures {
                slaves[slave].transfer = transfer
                actions.append(.report(.sending(slave: slaves[slave].name, step, seconds: transfer.seconds)))
                isWaiting = true
            } else if transfers[slave] == nil, known != nil {
                // The transfer is over, and the canary the next to be sent: it has the time of a step from now on.
                slaves[slave].transfer = nil
                isWaiting = true
            } else {
                actions.append(giveUp(slave, step))
            }
        }
        if isWaiting {
            waitedForTransfers += timing.step
            actions.append(startTimer(timing.step))
        }
        return actions + proceed()
    }

    /// Notes that a slave has not seen a step, and whether that may be for a transfer that goes on.
    mutating func giveUp(_ slave: Int, _ step: CanaryStep) -> Action {
        let seen = slaves[slave].seen
        slaves[slave].outcome =
            if let transfer = slaves[slave].transfer, waitedForTransfers >= timing.transfer {
                .sending(step, seconds: transfer.seconds, seen: seen)
            } else {
                .missed(step, seen: seen)
            }
        return .report(.missed(slave: slaves[slave].name, step))
    }
}
