package import Provisioning

/// Something that happened in a run; everything that a person or a program is told of it.
///
/// As JSON it is one flat object, described in docs/json-lines.md.
package enum RunEvent: Sendable, Hashable {
    /// The run begins, with these hosts; the first is the master.
    case started(verb: String, hosts: [String], tasks: Int)
    /// A host is being connected to.
    case connecting(host: String)
    /// A host has been looked at: one connection, one command, in which it took so long for each kind of fact.
    case probed(host: String, seconds: Double, kinds: [KindTime] = [])
    /// Changes have been sent to a host.
    case applying(host: String, changes: [String])
    /// A task is settled on a host.
    case task(TaskReport)
    /// A host is settled.
    case host(HostReport)
    /// lsyncd makes its first full pass to these mirrors; canaries are sent once it is over.
    case firstPass(waiting: [String])
    /// A step of the canary was done on the master, in the directory of a `[sync:…]` section or in the only one.
    case canaryWritten(sync: String?, step: String)
    /// A slave has the canary's step, `seconds` after it was written.
    case canarySeen(host: String, sync: String?, step: String, seconds: Double)
    /// A slave has not seen the canary's step in time, as a transfer to it has gone on for so many seconds; it is waited for.
    case sending(host: String, sync: String?, seconds: Double)
    /// A slave's copy of the directory is proven: seconds by step.
    case proven(host: String, sync: String?, latencies: [StepLatency])
    /// Something that a person should know, though nothing failed by it.
    case warning(host: String?, message: String)
    /// The run was interrupted; what runs is brought to its end.
    case interrupted
    /// The run is over.
    case finished(RunSummary)
}

/// How a task came out on a host.
package struct TaskReport: Sendable, Hashable, Codable {
    /// The task's title.
    package var task: String
    /// The module that did it.
    package var module: String
    /// The host on which it ran.
    package var host: String
    /// The host, or the part of one, for which its loop ran.
    package var item: String?
    /// The host that the outcome counts for.
    package var subject: String
    /// How it came out.
    package var outcome: Outcome
    /// What was done, or would be.
    package var summary: String
    /// The differences, "-" before what goes and "+" before what comes.
    package var diff: [String]
    /// Whether what would be done depends on an earlier change.
    package var isKnownAfterApply: Bool
    /// What kind of failure it was, if one.
    package var kind: FailureKind?
    /// Why it is not as wanted, or what is worth saying.
    package var message: String?
    /// What to try next.
    package var hint: String?

    private enum CodingKeys: String, CodingKey {
        case task, module, host, item, subject, outcome, summary, diff
        case isKnownAfterApply = "known_after_apply"
        case kind = "failure"
        case message, hint
    }
}

/// How a host came out of a run.
package struct HostReport: Sendable, Hashable, Codable {
    /// The host.
    package var host: String
    /// How it came out.
    package var outcome: Outcome
    /// What kind of failure it was, if one.
    package var kind: FailureKind?
    /// Why it is not as wanted.
    package var message: String?
    /// What to try next.
    package var hint: String?
    /// How many tasks were ok, changed, failed and skipped there.
    package var counts: Counts

    private enum CodingKeys: String, CodingKey {
        case host, outcome
        case kind = "failure"
        case message, hint
        case counts = "tasks"
    }

    /// Numbers of tasks by outcome.
    package struct Counts: Sendable, Hashable, Codable {
        /// Tasks that had nothing to do.
        package var ok = 0
        /// Tasks that changed something.
        package var changed = 0
        /// Tasks that failed.
        package var failed = 0
        /// Tasks that were not tried.
        package var skipped = 0
    }
}

/// The time from a canary's step being written to its being seen.
package struct StepLatency: Sendable, Hashable, Codable {
    /// The step: created, changed, rewritten, renamed, deleted.
    package var step: String
    /// Seconds.
    package var seconds: Double
}

/// The whole run in numbers.
package struct RunSummary: Sendable, Hashable, Codable {
    /// Each host's report, in the inventory's order.
    package var hosts: [HostReport]
    /// How many slaves were proven; none when no proof was asked for.
    package var proven: Int?
    /// Who holds the lock, where another run does.
    package var lockHolder: String?
    /// How long the run took, in seconds.
    package var seconds: Double
    /// The exit code that the command ends with.
    package var exitCode: Int32

    private enum CodingKeys: String, CodingKey {
        case hosts, proven
        case lockHolder = "lock_holder"
        case seconds
        case exitCode = "exit_code"
    }
}
