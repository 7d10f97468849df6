package import Provisioning

/// Something that happened in an ad hoc verb.
///
/// As JSON it is one flat object, described in docs/json-lines.md.
package enum AdHocEvent: Sendable, Hashable {
    /// It begins, with these hosts.
    case started(verb: String, hosts: [AdHocHost])
    /// A host's turn has come.
    case connecting(host: String)
    /// A host has answered to a fact; how it came out as a whole is told after all of them.
    case fact(host: String, FactAnswer)
    /// A host is settled.
    case answered(AdHocReport)
    /// Something that a person should know, though nothing failed by it.
    case warning(message: String)
    /// It was interrupted; these hosts are brought to their end, no other is begun.
    case interrupted(waiting: [String])
    /// It is over.
    case finished(AdHocSummary)
}

/// An ad hoc verb in numbers.
package struct AdHocSummary: Sendable, Hashable {
    /// How many hosts came out how; those that there are none of are left out.
    package var counts: [Outcome: Int]
    /// How long it took, in seconds.
    package var seconds: Double
    /// The exit code that the command ends with.
    package var exitCode: Int32

    /// Makes a summary.
    package init(counts: [Outcome: Int], seconds: Double, exitCode: Int32) {
        self.counts = counts
        self.seconds = seconds
        self.exitCode = exitCode
    }
}
