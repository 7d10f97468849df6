import LockstepTestSupport
import Testing

/// Ctrl-C, as the built program gets it.
@Suite("Ctrl-C", .timeLimit(.minutes(2)))
struct InterruptProgramTests {
    @Test("The first lets commands end that were begun, begins no other, and reports what is known")
    func once() async throws {
        try await AdHocFleet.with(slaves: 3) { fleet in
            let end = try await LockstepProgram.run(
                ["exec"] + fleet.options + ["--forks", "2", "--", AdHocFleet.waiting]
            ) { interrupt in
                try await fleet.wait(for: 2, "begun")
                try interrupt()
                try await Task.sleep(for: .milliseconds(300))
                try fleet.allow("go")
            }
            let lines = end.output.split(separator: "\n")
            #expect(lines.count == 4)
            #expect(lines.first?.hasSuffix("(2)") == true)
            #expect(lines.dropFirst().first == "done")
            #expect(
                lines.dropFirst(2).first?.hasSuffix("(2): skipped: the run was interrupted before this host's turn")
                    == true
            )
            #expect(lines.last?.hasPrefix("4 hosts: 2 ok, 2 skipped, in ") == true)
            #expect(end.error.hasPrefix("interrupted: no further host is begun, waiting for "))
            #expect(end.status == 130)
        }
    }

    @Test("In up, the first lets the look at a host end that was begun, and looks at no other")
    func onceInUp() async throws {
        try await AdHocFleet.with(slaves: 2, doingOnly: AdHocFleet.waiting) { fleet in
            let begin = ContinuousClock.now
            let end = try await LockstepProgram.run(["up"] + fleet.options + ["--forks", "1"]) { interrupt in
                try await fleet.wait(for: 1, "begun")
                try interrupt()
                try await Task.sleep(for: .milliseconds(300))
                try fleet.allow("go")
            }
            #expect(end.status == 130)
            #expect(end.output.contains("interrupted"))
            for host in ["edge1", "edge2"] { #expect(end.output.contains(host), "it is told of") }
            let looks = fleet.server.log.split(separator: "\n").count { $0.contains("Starting session") }
            #expect(looks == 1)
            SSHTable.record(
                .faults,
                "Ctrl-C, once, while one of three hosts is looked at",
                on: fleet.server.peer,
                outcome: "that look comes to its end, no other begins; exit code 130",
                after: ContinuousClock.now - begin
            )
        }
    }

    @Test("The second ends it at once", arguments: ["exec", "up"])
    func twice(verb: String) async throws {
        try await AdHocFleet.with(slaves: 1, doingOnly: AdHocFleet.waiting) { fleet in
            let command = verb == "exec" ? ["true"] : []
            let start = ContinuousClock.now
            let end = try await LockstepProgram.run([verb] + fleet.options + command) { interrupt in
                // `up` asks the master alone first.
                try await fleet.wait(for: verb == "exec" ? 2 : 1, "begun")
                try interrupt()
                try await Task.sleep(for: .milliseconds(300))
                try interrupt()
            }
            #expect(end.status == 130)
            #expect(ContinuousClock.now - start < .seconds(30))
            SSHTable.record(
                .faults,
                "Ctrl-C, twice, while \(verb) waits for hosts",
                on: fleet.server.peer,
                outcome: "it ends at once; exit code 130",
                after: ContinuousClock.now - start
            )
            try fleet.allow("go")
        }
    }
}
