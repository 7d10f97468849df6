/// The exit codes of the commands.
package enum RunExitCode {
    /// All is as wanted.
    package static let success: Int32 = 0
    /// The output could not be written.
    package static let output: Int32 = 1
    /// The command line, the inventory or the playbook is wrong.
    package static let usage: Int32 = 2
    /// A check refused to go on, because data could be lost.
    package static let refused: Int32 = 3
    /// A host failed.
    package static let failed: Int32 = 4
    /// A host was unreachable, and none failed.
    package static let unreachable: Int32 = 5
    /// A canary did not arrive.
    package static let proof: Int32 = 6
    /// Another run holds the lock.
    package static let locked: Int32 = 7
    /// A host's key was refused.
    package static let hostKey: Int32 = 8
    /// `plan --detailed-exitcode`, and there are changes.
    package static let changesPlanned: Int32 = 10
    /// The run was interrupted.
    package static let interrupted: Int32 = 130

    /// What each code means, as people are told; where several apply, the first of 130, 7, 8, 4, 3, 6, 5 counts.
    package static let meanings: [(code: Int32, meaning: String)] = [
        (success, "all is as wanted"),
        (output, "the output could not be written"),
        (usage, "the command line, the inventory or the playbook is wrong; no host was touched"),
        (refused, "a check refused: data could be lost"),
        (failed, "a host failed; also: a lab command failed"),
        (unreachable, "a host could not be reached or did not let us in, and none failed"),
        (proof, "a canary did not arrive"),
        (locked, "another run holds the lock"),
        (hostKey, "a host key was refused"),
        (changesPlanned, "plan --detailed-exitcode: there are changes"),
        (interrupted, "interrupted"),
    ]

    /// The code for how the hosts came out: the gravest of them. It is never 0 while something was left out.
    package static func of(_ reports: [HostReport]) -> Int32 {
        of(Set(reports.compactMap(\.kind)), leavesOut: reports.contains { $0.outcome == .skipped })
    }

    /// The code for the kinds of failure that there were, and for whether something was left out.
    package static func of(_ kinds: Set<FailureKind>, leavesOut: Bool) -> Int32 {
        let byGravity: [(FailureKind, Int32)] = [
            (.hostKey, hostKey), (.task, failed), (.refused, refused), (.proof, proof), (.unreachable, unreachable),
        ]
        if let code = byGravity.first(where: { kinds.contains($0.0) })?.1 { return code }
        return leavesOut ? failed : success
    }
}
