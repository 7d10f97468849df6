/// What a proof knows of one slave.
struct SlaveState {
    let name: String
    var isReady = false
    var hasEnded = false
    /// The step that it has seen before the master's word of it arrived.
    var seenEarly: CanaryStep?
    var seen: [CanaryStep: Duration] = [:]
    /// The transfer that its canary waited for when it was last asked for.
    var transfer: OngoingTransfer?
    var outcome: ProofReport.Outcome?
    var leftover: String?

    init(name: String) {
        self.name = name
    }

    /// Whether the next step waits for this slave.
    var takesPart: Bool { outcome == nil }

    var report: ProofReport.Slave {
        ProofReport.Slave(name: name, outcome: outcome ?? .interrupted(seen: seen), leftover: leftover)
    }
}
