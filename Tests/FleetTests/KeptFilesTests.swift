import FleetRunner
import LockstepTestSupport
import Testing

extension BootstrapTests {
    /// Waits until what a command prints on a host is this.
    private func output(
        of script: String,
        on host: String,
        becomes wanted: String,
        _ fleet: FleetFixture,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        var said = ""
        while ContinuousClock.now < deadline {
            said = try await fleet.on(host, "{ \(script); } 2>&1; true")
            if said == wanted { return }
            try await Task.sleep(for: .milliseconds(500))
        }
        Issue.record("'\(script)' on \(host) gives '\(said)', not '\(wanted)'", sourceLocation: sourceLocation)
    }

    @Test("A mount below the source that is missing, and a directory that cannot be read, lose nothing on the slaves")
    func keptFiles() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            let left = #"sed -n 's/.*"left_out":\(.*\),"left_out_count.*/\1/p' /run/lockstep/edge1/report.json"#
            let phase = #"sed -n 's/.*"phase":"\([a-z-]*\)".*/\1/p' /run/lockstep/edge1/report.json"#
            let runs = "cat /run/lockstep/edge1/report.json | sed 's/.*\"runs\":\\([0-9]*\\).*/\\1/'"
            let media = #"[{"path":"/media","why":"unmounted"}]"#
            // As systemd does on a machine, and not in a container: mounts reach the services that run.
            try await fleet.on("master", "mount --make-rshared /")
            try await fleet.on(
                "master",
                "mkdir -p /srv/data/secret && echo x >/srv/data/secret/f && chmod 0700 /srv/data/secret && echo 1 >/srv/data/own"
            )
            #expect(try await fleet.lockstep("up").exitCode == 0)

            // Mounted while the service runs: it is watched from then on.
            try await fleet.on("master", "mkdir /srv/data/media && mount -t tmpfs -o size=2m tmpfs /srv/data/media")
            try await Task.sleep(for: .seconds(20))
            try await fleet.on("master", "mkdir /srv/data/media/deep && echo m >/srv/data/media/deep/f")
            try await output(of: "cat /srv/data/media/deep/f 2>&1", on: "edge1", becomes: "m", fleet)

            // Missing at a start, as after a reboot.
            try await fleet.on(
                "master",
                "systemctl stop lockstep-lsyncd@edge1 && umount /srv/data/media && rm /srv/data/own && systemctl start lockstep-lsyncd@edge1"
            )
            try await output(of: left, on: "master", becomes: media, fleet)
            try await output(of: "ls /srv/data/own 2>/dev/null || echo gone", on: "edge1", becomes: "gone", fleet)
            #expect(try await fleet.on("edge1", "cat /srv/data/media/deep/f") == "m")

            // A full pass that is asked for, and a run: both go on with the rest.
            let before = try await fleet.on("master", runs)
            let resync = try await fleet.lockstep("resync")
            #expect(resync.exitCode == 0, "\(resync.output)")
            #expect(resync.output.contains(#"{"answer":"asked","event":"resync","name":"edge1"}"#), "\(resync.output)")
            let clock = ContinuousClock()
            let deadline = clock.now + .seconds(30)
            while try await fleet.on("master", runs) == before, clock.now < deadline {
                try await Task.sleep(for: .milliseconds(500))
            }
            let again = try await fleet.lockstep("up")
            #expect(again.exitCode == 0, "\(again.output)")
            #expect(try again.summary.proven == 1)
            #expect(again.output.contains("edge1 is complete but for /media"), "\(again.output)")
            #expect(try await fleet.on("edge1", "cat /srv/data/media/deep/f") == "m")

            // A directory that the service cannot read: without its capability, as with a file system of another user.
            let dropIn = "/etc/systemd/system/lockstep-lsyncd@edge1.service.d/powerless.conf"
            try await fleet.on(
                "master",
                """
                printf '[Service]\\nAmbientCapabilities=\\nCapabilityBoundingSet=\\n' >\(dropIn)
                systemctl daemon-reload && systemctl restart lockstep-lsyncd@edge1
                """
            )
            try await output(
                of: left,
                on: "master",
                becomes: #"[{"path":"/media","why":"unmounted"},{"path":"/secret","why":"unreadable"}]"#,
                fleet
            )
            try await fleet.on("master", "echo 2 >/srv/data/other")
            try await output(of: "cat /srv/data/other 2>&1", on: "edge1", becomes: "2", fleet)
            #expect(try await fleet.on("edge1", "cat /srv/data/secret/f") == "x")
            try await fleet.on(
                "master",
                "rm \(dropIn) && systemctl daemon-reload && systemctl restart lockstep-lsyncd@edge1"
            )
            try await output(of: left, on: "master", becomes: media, fleet)

            // Gone for good.
            let wrong = try await fleet.lockstep("resync", "--accept-missing", "/srv/other")
            #expect(wrong.exitCode == RunExitCode.usage, "\(wrong.output)")
            #expect(try await fleet.lockstep("resync", "--accept-missing", "/srv/data/media").exitCode == 0)
            try await output(of: "ls -A /srv/data/media", on: "edge1", becomes: "", fleet)
            try await output(of: left, on: "master", becomes: "[]", fleet)
            try await output(of: phase, on: "master", becomes: "live", fleet)
            try await fleet.on("master", "echo n >/srv/data/media/below")
            try await output(of: "cat /srv/data/media/below 2>&1", on: "edge1", becomes: "n", fleet)

            // Its lsyncd does not run.
            try await fleet.on("master", "systemctl stop lockstep-lsyncd@edge1")
            try await Task.sleep(for: .seconds(11))
            let stopped = try await fleet.lockstep("resync")
            #expect(stopped.exitCode == RunExitCode.failed)
            #expect(stopped.output.contains(#""answer":"silent""#), "\(stopped.output)")
        }
    }
}
