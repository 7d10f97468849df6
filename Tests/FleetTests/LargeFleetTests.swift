import FleetRunner
import LockstepTestSupport
import Testing

extension BootstrapTests {
    @Test("A slave that joins thirty touches none of them: no start, no word in a log, no transfer")
    func thirty() async throws {
        try await FleetFixture.with(slaves: 30) { fleet in
            try await fleet.on("master", "mkdir /srv/data && echo x >/srv/data/file")
            #expect(try await fleet.lockstep("up").summary.proven == 30)
            // The canaries' directories go last, and nobody waits for that.
            try await Task.sleep(for: .seconds(10))
            let before = try await traces(fleet)
            #expect(before.split(separator: "\n").count == 30)
            #expect(before.split(separator: "\n").allSatisfy { $0.hasSuffix(" 1 full pass") }, "\(before)")

            let grown = try await fleet.grown(to: 31)
            let up = try await grown.lockstep("up", "--no-verify")
            #expect(up.exitCode == 0)
            #expect(try up.summary.hosts.filter { $0.outcome == .changed }.map(\.host) == ["master", "edge31"])
            let after = try await traces(fleet)
            #expect(
                after == before,
                "\(zip(before.split(separator: "\n"), after.split(separator: "\n")).filter { $0 != $1 })"
            )
            try await grown.expectEqualTrees(["edge1", "edge30", "edge31"])
            #expect(try await grown.lockstep("verify").summary.proven == 31)
        }
    }

    /// What each of the first thirty services has left on the master: when it started, lines of its log, transfers, full
    /// passes.
    private func traces(_ fleet: FleetFixture) async throws -> String {
        try await fleet.on(
            "master",
            """
            for copy in $(seq -f 'edge%g' 1 30); do
                unit=lockstep-lsyncd@$copy.service
                log=$(journalctl -q -o cat -u $unit)
                echo "$copy $(systemctl show -p ActiveEnterTimestampMonotonic --value $unit)" \\
                    "$(echo "$log" | wc -l) $(sed 's/.*"runs":\\([0-9]*\\).*/\\1/' /run/lockstep/$copy/report.json)" \\
                    "$(echo "$log" | grep -c 'full pass') full pass"
            done
            """
        )
    }
}
