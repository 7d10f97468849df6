import LockstepTestSupport
import SystemPackage
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

    @Test(
        "A signal that whoever started it wants it to survive is survived: nohup's, and Ctrl-C in a script's background",
        arguments: ["HUP", "INT"]
    )
    func ignored(signal: String) async throws {
        try await AdHocFleet.with(slaves: 1) { fleet in
            let script = """
                trap '' \(signal)
                "$@" -- '\(AdHocFleet.waiting)' & run=$!
                until ls '\(fleet.server.home)'/begun-* >/dev/null 2>&1; do sleep 0.1; done
                kill -\(signal) $run
                sleep 0.5
                touch '\(fleet.server.home)/go'
                wait $run
                """
            let end = try await fleet.shell(script, "exec")
            #expect(end.status == 0, "\(end.error)")
            #expect(end.output.contains("2 hosts: 2 ok"))
        }
    }

    @Test("A reader who sleeps keeps no host waiting, and gets all in the end")
    func sleepingReader() async throws {
        try await AdHocFleet.with(slaves: 2) { fleet in
            let script = """
                cd '\(fleet.server.home)'
                mkfifo out
                "$@" --json --forks 1 -- 'cd; : >begun-$$; head -c 300000 /dev/zero' >out & run=$!
                exec 3<out
                sleep 6
                ls | grep -c begun
                cat <&3 | wc -l
                wait $run
                """
            let end = try await fleet.shell(script, "exec")
            #expect(end.status == 0)
            // Three hosts have begun while nobody read; the events are the start, three hosts before and after, the end.
            #expect(end.output == "3\n8\n")
        }
    }

    @Test("A reader who sleeps for ever does not keep the program: Ctrl-C ends it")
    func readerAsleepForEver() async throws {
        try await AdHocFleet.with(slaves: 1) { fleet in
            let script = """
                set -m
                cd '\(fleet.server.home)'
                mkfifo out
                "$@" --json -- 'cd; : >begun-$$; head -c 300000 /dev/zero' >out & run=$!
                exec 3<out
                sleep 3
                kill -0 $run && echo waits
                kill -INT $run
                wait $run
                """
            // dash has no job control without a terminal, and its background ignores Ctrl-C.
            let arguments = ["-c", script, "bash", LockstepProgram.path.string, "exec"] + fleet.options
            let end = try await LocalProgram.run("bash", arguments)
            #expect(end.output == "waits\n")
            #expect(end.status == 130)
        }
    }
}
