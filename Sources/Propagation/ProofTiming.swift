/// How long a proof waits, and for what.
package struct ProofTiming: Sendable, Hashable {
    /// How long a slave may take to see a step.
    package var step: Duration
    /// How long a host may take to answer: to begin, and to say that a step is written.
    package var answer: Duration
    /// How long a slave waits for a canary's deletion to arrive after a proof that ended early.
    package var farewell: Duration
    /// How long hosts may take to end their commands once they were told to.
    package var ending: Duration
    /// How long a proof waits, all steps together, for transfers that go on when a step's time is over.
    package var transfer = Duration.zero

    /// Makes a timing; without a time to answer in, hosts have that of a step, and half a minute at most.
    package init(
        step: Duration = .seconds(10),
        answer: Duration? = nil,
        farewell: Duration = .seconds(3),
        ending: Duration = .seconds(5)
    ) {
        self.step = step
        self.answer = answer ?? min(step, .seconds(30))
        self.farewell = farewell
        self.ending = ending
    }

    /// Makes the timing for a replication that collects changes for `delay` before it sends them.
    ///
    /// A step waits for the end of one transfer and for the delay of its own; where the delay is short, what counts is how
    /// busy the hosts are.
    package init(delay: Duration) {
        self.init(step: max(.seconds(10), min(delay * 10, delay * 2 + .seconds(120))))
    }

    /// When a host ends its script by itself, should the controller be gone without a word.
    ///
    /// It is longer than any proof: the start, then to write and to see each step.
    var lifetime: Duration {
        answer * (1 + CanaryStep.allCases.count) + step * CanaryStep.allCases.count + ending
    }

    /// How long a script may take as a command, its clean-up included.
    var commandDeadline: Duration { lifetime + farewell + ending + .seconds(5) }
}
