import FleetRunner
import Lab
import LockstepTestSupport
import SystemPackage
import Testing

extension BootstrapTests {
    /// Runs `up`, does something to it while the master installs its first package, and tells how it ended.
    private func up(_ fleet: FleetFixture, endedBy deed: String) async throws -> String {
        // Without job control a script's background ignores Ctrl-C.
        let script = """
            set -m
            \(LockstepProgram.path) up --no-verify -i \(fleet.directory["lab.ini"]) \
            --known-hosts \(fleet.report.knownHosts) >/dev/null 2>&1 & run=$!
            until ssh \(fleet.sshOptions.joined(separator: " ")) root@\(try fleet.address(of: "master")) \
            'test -e /run/installing'; do kill -0 $run || exit 99; sleep 0.2; done
            \(deed)
            wait $run; echo "exit $?"
            """
        return try await runLocally("bash", ["-c", script])
    }

    @Test("An installation that outlives its run holds the lock until it ends, and nothing is done behind it")
    func killedRun() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            let isFree = "flock -n /run/lockstep.changes echo free || echo held"
            let deeds = [("kill -KILL $run", "exit 137"), ("kill -INT $run; sleep 1; kill -INT $run", "exit 130")]
            for (deed, end) in deeds {
                // By apt itself, before it unpacks.
                let hook = #"DPkg::Pre-Invoke {"touch /run/installing; sleep 20"; };"#
                try await fleet.on(
                    "master",
                    "dpkg --purge rsync lsyncd 2>/dev/null; echo '\(hook)' >/etc/apt/apt.conf.d/99slow"
                )
                let output = try await up(fleet, endedBy: deed)
                #expect(output.hasSuffix(end))
                #expect(try await fleet.on("master", isFree) == "held")
                let refused = try await fleet.lockstep("up", "--no-verify")
                #expect(refused.exitCode == RunExitCode.locked)
                #expect(try refused.summary.lockHolder?.contains("still goes on though its connection is gone") == true)

                try await fleet.on("master", "flock /run/lockstep.changes true; rm /run/installing")
                #expect(try await fleet.on("master", "dpkg -s rsync | grep Status") == "Status: install ok installed")
                #expect(try await fleet.on("master", "dpkg -s lsyncd 2>/dev/null | grep Status || echo none") == "none")
                #expect(try await fleet.on("master", "pgrep -x sleep >/dev/null || echo none") == "none")
            }
            try await fleet.on("master", "rm /etc/apt/apt.conf.d/99slow")
            #expect(try await fleet.lockstep("up").summary.proven == 1)
        }
    }

    @Test("A service that ends as soon as it was started fails the run, without a proof too")
    func crashingService() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            #expect(try await fleet.lockstep("up", "--no-verify").exitCode == 0)
            try await fleet.on(
                "master",
                """
                systemctl stop lockstep-lsyncd@edge1
                mkdir -p /etc/systemd/system/lockstep-lsyncd@edge1.service.d
                printf '[Service]\\nExecStart=\\nExecStart=/bin/false\\n' \
                    >/etc/systemd/system/lockstep-lsyncd@edge1.service.d/zz-test.conf
                systemctl daemon-reload
                """
            )
            let run = try await fleet.lockstep("up", "--no-verify")
            #expect(run.exitCode == RunExitCode.failed)
            #expect(run.output.contains("it ended as soon as it was started"))

            // A first pass that never ends.
            try await fleet.on(
                "master",
                """
                systemctl stop lockstep-lsyncd@edge1
                mkdir -p /run/lockstep/edge1
                printf '{"name":"edge1","phase":"starting","written_at":%d}' $(($(date +%s) + 3600)) \
                    >/run/lockstep/edge1/report.json
                """
            )
            let late = try await fleet.lockstep("verify", "--first-pass-timeout", "2")
            #expect(late.exitCode == RunExitCode.proof)
            #expect(try late.host("edge1").message?.contains("is not over after 2 seconds") == true)
            for signal in ["INT", "KILL"] {
                let script = """
                    set -m
                    \(LockstepProgram.path) verify --json -i \(fleet.directory["lab.ini"]) \
                    --known-hosts \(fleet.report.knownHosts) >\(fleet.directory["events"]) & run=$!
                    until grep -q first_pass \(fleet.directory["events"]); do kill -0 $run || exit 99; sleep 0.2; done
                    kill -\(signal) $run
                    wait $run
                    """
                _ = try await LocalProgram.run("bash", ["-c", script])
                let polls = "sleep 2.5; pgrep -x -f 'sleep 1' || echo none"
                #expect(try await fleet.on("master", polls) == "none", "after SIG\(signal)")
            }
        }
    }
}
