package import RemoteHost

/// What a proof has shown.
package struct ProofReport: Sendable, Hashable {
    /// One entry a slave, in the order in which they were given.
    package var slaves: [Slave]
    /// Whether the proof was ended before all slaves had their outcome.
    package var isInterrupted: Bool

    /// Makes a report.
    package init(slaves: [Slave], isInterrupted: Bool) {
        self.slaves = slaves
        self.isInterrupted = isInterrupted
    }

    /// Whether there are slaves, and each of them has seen every step.
    package var isProven: Bool {
        !slaves.isEmpty && slaves.allSatisfy { if case .proven = $0.outcome { true } else { false } }
    }

    /// What a proof has shown of one slave.
    package struct Slave: Sendable, Hashable {
        /// Its name in the inventory.
        package var name: String
        /// How far the canary has come.
        package var outcome: Outcome
        /// Why something of the canary may be left in its target, or nil where nothing is.
        package var leftover: String?

        /// Makes the report of a slave.
        package init(name: String, outcome: Outcome, leftover: String? = nil) {
            self.name = name
            self.outcome = outcome
            self.leftover = leftover
        }
    }

    /// How far a canary has come on a slave; a latency is the time from the master's step to its sight here.
    package enum Outcome: Sendable, Hashable {
        /// All steps were seen.
        case proven(latencies: [CanaryStep: Duration])
        /// This step was not seen within its deadline; those before it were.
        case missed(CanaryStep, seen: [CanaryStep: Duration])
        /// This step was not seen, as a transfer to the slave went on for longer than a proof waits; those before it were.
        case sending(CanaryStep, seconds: Int, seen: [CanaryStep: Duration])
        /// The connection was lost, or did not answer.
        case lost(RemoteHostError)
        /// The slave could not be watched; the text is the shell's.
        case failed(String)
        /// The proof was interrupted when these steps had been seen.
        case interrupted(seen: [CanaryStep: Duration])
    }
}
