import Foundation
import LockstepTestSupport
import Testing

extension BootstrapTests {
    /// How many copies are compared with ten times as many; each directory has two.
    private static let copies = ProcessInfo.processInfo.environment["LOCKSTEP_LONG_TESTS"] == nil ? 4 : 10

    @Test("A run with nothing to do starts as many processes on the master for ten times as many copies")
    func idleProcesses() async throws {
        try await FleetFixture.with(slaves: 2) { fleet in
            let hosts = try fleet.inventory.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { !$0.hasPrefix("source") && !$0.hasPrefix("target") }.joined(separator: "\n")
            var counts: [Int] = []
            for copies in [Self.copies, 10 * Self.copies] {
                let sections = (1...copies / 2).map { number in
                    "\n[sync:d\(number)]\nsource = /srv/d\(number)\ntarget = /srv/to/d\(number)\n"
                }
                try fleet.write(inventory: hosts + sections.joined())
                #expect(try await fleet.lockstep("up", "--no-verify").exitCode == 0)
                #expect(try await fleet.on("master", "pgrep -c -x lsyncd") == String(copies))
                counts.append(try await processesOfIdleRun(fleet))
            }
            #expect(counts[0] == counts[1])
        }
    }

    /// How many processes a run with nothing to do starts on the master, two logins among them.
    ///
    /// What the lsyncd start by themselves is kept away. Of what systemd starts for logins nobody knows when; it only adds.
    private func processesOfIdleRun(_ fleet: FleetFixture) async throws -> Int {
        try await fleet.on("master", "pkill -STOP -x lsyncd")
        var least = Int.max
        for _ in 1...5 {
            let before = try await newestProcess(fleet)
            let run = try await fleet.lockstep("up", "--no-verify")
            least = min(least, try await newestProcess(fleet) - before)
            #expect(try run.changes.values.allSatisfy { $0 == 0 })
        }
        try await fleet.on("master", "pkill -CONT -x lsyncd")
        return least
    }

    /// The number that the master's kernel gave last to a process.
    private func newestProcess(_ fleet: FleetFixture) async throws -> Int {
        try #require(Int(try await fleet.on("master", "cat /proc/sys/kernel/ns_last_pid")))
    }
}
