import Foundation
import LockstepTestSupport
import RemoteHost
import SystemPackage
import Testing

@testable import FleetRunner

/// What a run does that is too slow, or whose lock is gone; each host is a folder of its own.
@Suite("Time limits and the lock of a run", .timeLimit(.minutes(2)))
struct FencingTests {
    typealias Fleet = FleetRunnerTests.Fleet

    @Test("A change that takes too long fails its host, which was reached, and names the option; others are complete")
    func slowChange() async throws {
        try await TemporaryDirectory.with { directory in
            let fleet = try Fleet(directory)
            let summary = try await fleet.run(FleetRunnerTests.sabotaged("sleep 60"), change: .seconds(1))
            #expect(summary.exitCode == RunExitCode.failed)
            #expect(fleet.outcomes(summary) == ["hub ok", "edge1 failed", "edge2 changed"])
            let middle = directory["edge1/middle"]
            #expect(summary.hosts[1].message == "'write \(middle)' was not over after 1 second")
            #expect(summary.hosts[1].hint?.contains("--change-timeout") == true)
            #expect(directory.read("edge1/before") == "x")
            #expect(directory.read("edge1/behind") == nil)
        }
    }

    @Test("The time is that of each change, not of all changes of a host")
    func timeOfEach() async throws {
        try await TemporaryDirectory.with { directory in
            let fleet = try Fleet(directory, slaves: ["edge1"])
            let playbook = (1...4).map {
                "[\($0)]\nhosts = slaves\nmodule = file\npath = {{ dir }}/\($0)\ntext = x\nfirst = sleep 1.5\n"
            }
            let start = ContinuousClock.now
            let summary = try await fleet.run(playbook.joined(separator: "\n"), change: .seconds(5))
            #expect(summary.exitCode == RunExitCode.success)
            #expect(ContinuousClock.now - start > .seconds(5))
        }
    }

    @Test("A look that takes too long fails its host, which was reached, and names the option")
    func slowLook() async throws {
        try await TemporaryDirectory.with { directory in
            let fleet = try Fleet(directory)
            // Whoever reads it waits for a writer.
            try await runLocally("mkfifo", [directory["edge1/text"]])
            let playbook = "[A text]\nhosts = slaves\nmodule = file\npath = {{ dir }}/text\ntext = x"
            let summary = try await fleet.run(playbook, probe: .seconds(1))
            #expect(summary.exitCode == RunExitCode.failed)
            #expect(fleet.outcomes(summary) == ["hub ok", "edge1 failed", "edge2 changed"])
            #expect(summary.hosts[1].hint?.contains("--command-timeout") == true)
        }
    }

    /// A command that kills the shell that holds a lock.
    private func killHolder(of file: String) -> String {
        "for p in /proc/[0-9]*; do [ \"$(readlink $p/fd/9)\" != '\(file)' ] || kill -KILL ${p#/proc/}; done"
    }

    @Test("A run whose lock is gone begins no further change on any host, and ends those that run")
    func lostLock() async throws {
        try await TemporaryDirectory.with { directory in
            let fleet = try Fleet(directory)
            let playbook = """
                [It is lost]
                hosts  = slaves
                module = file
                path   = {{ dir }}/first
                text   = x
                first  = if [ {{ name }} = edge1 ]; then \(killHolder(of: directory["lock"])); sleep 2; else sleep 1; fi

                [Behind]
                hosts  = slaves
                module = file
                path   = {{ dir }}/behind
                text   = x
                """
            let summary = try await fleet.run(playbook)
            #expect(summary.exitCode == RunExitCode.failed)
            #expect(fleet.outcomes(summary) == ["hub failed", "edge1 skipped", "edge2 skipped"])
            #expect(summary.hosts[0].message?.contains("the lock on the master is lost") == true)
            for slave in ["edge1", "edge2"] { #expect(directory.read("\(slave)/behind") == nil) }
        }
    }

    @Test("When the master is lost in mid-run, what the slaves have not begun is not done")
    func lostMaster() async throws {
        try await TemporaryDirectory.with { directory in
            let fleet = try Fleet(directory, slaves: ["edge1"])
            let playbook = """
                [The master goes]
                hosts  = master
                module = file
                path   = {{ dir }}/first
                text   = x
                first  = sleep 1; kill -KILL $$

                [Before]
                hosts  = slaves
                module = file
                path   = {{ dir }}/before
                text   = x
                first  = sleep 3

                [Behind]
                hosts  = slaves
                module = file
                path   = {{ dir }}/behind
                text   = x
                """
            let summary = try await fleet.run(playbook)
            #expect(fleet.outcomes(summary) == ["hub failed", "edge1 skipped"])
            #expect(directory.read("edge1/behind") == nil)
        }
    }

    @Test("While a change of a run that is over goes on, the next run says so and changes nothing; then it works")
    func orphan() async throws {
        try await TemporaryDirectory.with { directory in
            let fleet = try Fleet(directory)
            let hold = "exec 9>>'\(directory["hub/changes"])'; flock 9; echo 'bob, since noon' >&9; sleep 8"
            async let holding = runLocally("sh", ["-c", hold])
            while directory.read("hub/changes") != "bob, since noon\n" { try await Task.sleep(for: .milliseconds(20)) }
            let refused = try await fleet.run(FleetRunnerTests.keys)
            #expect(refused.exitCode == RunExitCode.locked)
            #expect(refused.lockHolder?.hasPrefix("a change of bob, since noon, still goes on") == true)
            #expect(directory.read("hub/text") == nil)
            _ = try await holding
            #expect(try await fleet.run(FleetRunnerTests.keys).exitCode == RunExitCode.success)
        }
    }
}
