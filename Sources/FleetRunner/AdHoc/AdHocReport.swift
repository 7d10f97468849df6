package import Provisioning
package import RemoteHost

/// How a host came out of an ad hoc verb.
package struct AdHocReport: Sendable, Hashable {
    /// The host.
    package var host: String
    /// How it came out: `ok`, `failed`, `unreachable`, or `skipped` where its turn did not come.
    package var outcome: Outcome
    /// What kind of failure it was, if one.
    package var kind: FailureKind?
    /// Why there is no result, or only a part of one.
    package var message: String?
    /// What to try next.
    package var hint: String?
    /// How long it took in all, in seconds, without the wait for its turn.
    package var seconds: Double
    /// What the command printed and how it ended, where one was begun.
    package var output: CommandOutput?
    /// The steps of the connection, where they were what was asked for.
    package var steps: ConnectionSteps?
    /// What the host answered to facts, where it was asked for some.
    package var facts: [FactAnswer]?

    /// The report on a command that came to its end.
    package init(host: String, output: CommandOutput, seconds: Double) {
        self.host = host
        self.output = output
        self.seconds = seconds
        outcome = output.exit == .status(0) ? .ok : .failed
        kind = outcome == .failed ? .task : nil
    }

    /// The report on a connection that was made.
    package init(host: String, steps: ConnectionSteps, seconds: Double) {
        self.host = host
        self.steps = steps
        self.seconds = seconds
        outcome = .ok
    }

    /// The report on a host that was asked for facts. It has failed where one of them has no answer.
    package init(host: String, facts: [FactAnswer], seconds: Double) {
        self.host = host
        self.facts = facts
        self.seconds = seconds
        let missing = facts.count { (try? $0.value.get()) == nil }
        outcome = missing == 0 ? .ok : .failed
        guard missing > 0 else { return }
        kind = .task
        message = "no answer to \(missing) of \(facts.count) facts"
    }

    /// The report on a host that is there, and does not come to the end of its answer.
    package init(host: String, failure: HostFailure, seconds: Double) {
        self.host = host
        self.seconds = seconds
        outcome = .failed
        kind = .task
        message = failure.message
        hint = failure.hint
    }

    /// The report on a host that gave no result.
    ///
    /// - Parameter output: what a command had printed by then, if one was begun.
    package init(host: String, error: RemoteHostError, output: CommandOutput? = nil, seconds: Double) {
        self.host = host
        self.output = output
        self.seconds = seconds
        message = error.message
        hint = error.hint
        // A command that does not end says nothing against the way to its host.
        kind = error.code == .timedOut && output != nil ? .task : FailureKind(error)
        outcome = kind == nil ? .skipped : kind == .unreachable ? .unreachable : .failed
    }
}

/// What a command printed, as far as it was kept, and how it ended.
package struct CommandOutput: Sendable, Hashable {
    /// The way it ended; none where it was given up.
    package var exit: CommandResult.Exit?
    /// Its standard output, byte for byte.
    package var standardOutput: [UInt8]
    /// Its standard error, byte for byte.
    package var standardError: [UInt8]
    /// How many further bytes it printed that were not kept.
    package var omitted: Int

    /// Makes an output.
    package init(
        exit: CommandResult.Exit?,
        standardOutput: [UInt8] = [],
        standardError: [UInt8] = [],
        omitted: Int = 0
    ) {
        self.exit = exit
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.omitted = omitted
    }

    /// Feeds what tells most outputs apart: bytes are hashed one by one, and of a hundred million that takes longer than to
    /// read them from the host.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(exit)
        hasher.combine(omitted)
        for bytes in [standardOutput, standardError] {
            hasher.combine(bytes.count)
            hasher.combine(bytes.prefix(256))
            hasher.combine(bytes.suffix(256))
        }
    }
}

/// The steps to an open connection, each in seconds.
package struct ConnectionSteps: Sendable, Hashable {
    /// The address that answered.
    package var address: String
    /// Looking up the name; none where that is part of `connect`.
    package var lookup: Double?
    /// Connecting by TCP.
    package var connect: Double
    /// Exchanging keys.
    package var handshake: Double
    /// Logging in.
    package var authentication: Double

    /// Makes steps.
    package init(address: String, lookup: Double?, connect: Double, handshake: Double, authentication: Double) {
        self.address = address
        self.lookup = lookup
        self.connect = connect
        self.handshake = handshake
        self.authentication = authentication
    }
}
