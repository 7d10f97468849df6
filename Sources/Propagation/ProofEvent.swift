/// What happens in a proof, as it happens.
package enum ProofEvent: Sendable, Hashable {
    /// The master has taken a step.
    case written(CanaryStep)
    /// A slave has seen a step, so long after the master had taken it.
    case seen(slave: String, CanaryStep, latency: Duration)
    /// A slave has not seen a step within its deadline, and takes no further part.
    case missed(slave: String, CanaryStep)
    /// A slave has not seen a step in time, but a transfer to it has gone on for so many seconds: it is waited for.
    case sending(slave: String, CanaryStep, seconds: Int)
    /// A slave takes no further part, as its connection or its script ended.
    case dropped(slave: String, reason: String)
}
