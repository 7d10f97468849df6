import FleetRunner
import Lab
import Testing

extension BootstrapTests {
    @Test(
        "Where there is no systemd, replication is supervised, starts with the host and is done once",
        arguments: ["sysvinit-core", "sysvinit-core openrc"]
    )
    func withoutSystemd(packages: String) async throws {
        try await FleetFixture.with(slaves: 2) { fleet in
            var fleet = try await fleet.withInit(packages)
            #expect(try await fleet.on("master", "cat /proc/1/comm") == "init")

            let plan = try await fleet.lockstep("plan")
            let up = try await fleet.lockstep("up")
            #expect(up.exitCode == 0, "\(up.output)")
            #expect(try up.summary.proven == 2)
            #expect(try plan.changes == up.changes)
            #expect(try await fleet.lockstep("up", "--no-verify").changes.values.allSatisfy { $0 == 0 })
            #expect(try await processes(fleet) == "lockstep edge1\nlockstep edge2")
            let masked = "/etc/init.d/lsyncd start >/dev/null 2>&1; pgrep -c -u root -x lsyncd || :"
            #expect(try await fleet.on("master", masked) == "0")

            // A file that only root may read goes too: lsyncd has that one right of root's.
            try await fleet.on("master", "umask 077; echo secret >/srv/data/secret; pkill -KILL -x lsyncd")
            try await fleet.expectEqualTrees(["edge1", "edge2"])
            let status = try await fleet.lockstep("status")
            #expect(status.exitCode == 0 && status.output.contains(#""restarts":1"#), "\(status.output)")

            // One lsyncd for both: the two end before it begins.
            try isolate("shared", fleet)
            // While one of them is refused, both go on.
            try await fleet.on("edge2", "echo precious >/srv/data/own")
            let services = "pgrep -x lsyncd; sha256sum /etc/lockstep/services/*"
            let before = try await fleet.on("master", services)
            #expect(try await fleet.lockstep("up").exitCode == RunExitCode.refused)
            #expect(try await processes(fleet) == "lockstep edge1\nlockstep edge2")
            #expect(try await fleet.on("master", services) == before)
            try await fleet.on("edge2", "rm /srv/data/own")
            let shared = try await fleet.lockstep("up")
            #expect(try shared.summary.proven == 2, "\(shared.output)")
            #expect(try await processes(fleet) == "lockstep edge1 edge2")
            #expect(try await fleet.lockstep("up", "--no-verify").changes.values.allSatisfy { $0 == 0 })

            fleet = try await fleet.afterPowerCut()
            try await fleet.on("master", "echo after >/srv/data/after")
            try await fleet.expectEqualTrees(["edge1", "edge2"])
            #expect(try await processes(fleet) == "lockstep edge1 edge2")

            // One that hangs is started again; sooner here, so that nobody has to wait for two minutes.
            try await fleet.on(
                "master",
                """
                sed -i 's/^stuck_after=.*/stuck_after=25/' /usr/local/lib/lockstep/supervise
                kill -KILL $(cat /run/lockstep-lsyncd._shared-1.pid)
                /etc/init.d/lockstep-lsyncd status _shared-1 >/dev/null 2>&1 ||
                    rc-service lockstep-lsyncd._shared-1 restart >/dev/null 2>&1 ||
                    /etc/init.d/lockstep-lsyncd start _shared-1
                sleep 3; pkill -STOP -x lsyncd; echo hung >/srv/data/hung
                """
            )
            try await fleet.expectEqualTrees(["edge1", "edge2"], within: .seconds(90))
            #expect(try await fleet.on("master", "cat /var/log/lockstep/_shared-1.log").contains("is killed"))

            if packages == "sysvinit-core" {
                // Nothing starts the supervisor again there; what it has left behind ends with the service.
                let kill = "kill -KILL $(cat /run/lockstep-lsyncd._shared-1.pid); sleep 3; pgrep -c -x lsyncd"
                #expect(try await fleet.on("master", kill) == "1")
                let stop = "/etc/init.d/lockstep-lsyncd stop _shared-1; sleep 1; pgrep -c -x lsyncd || :"
                #expect(try await fleet.on("master", stop) == "0")
            }
            // One of the two copies ends, and the other goes on.
            try fleet.leaveOut("edge2")
            let pruned = try await fleet.lockstep("up", "--prune")
            #expect(pruned.exitCode == 0, "\(pruned.output)")
            #expect(try await processes(fleet) == "lockstep edge1")
            #expect(try await fleet.on("master", "pgrep -c -x lsyncd") == "1")
            #expect(try await fleet.lockstep("up", "--no-verify").changes.values.allSatisfy { $0 == 0 })
        }
    }

    /// Each lsyncd: its user, and the copies that it was started for.
    private func processes(_ fleet: FleetFixture) async throws -> String {
        try await fleet.on(
            "master",
            """
            for pid in $(pgrep -x lsyncd); do
                supervisor=$(ps -o ppid= -p $pid | tr -d ' ')
                name=$(tr '\\0' ' ' </proc/$supervisor/cmdline | awk '{ print $NF }')
                . "/etc/lockstep/services/$name"
                echo "$(ps -o user= -p $pid) $copies"
            done | sort
            """
        )
    }
}
