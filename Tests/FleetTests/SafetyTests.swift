import FleetRunner
import Lab
import LockstepTestSupport
import SystemPackage
import Testing

extension BootstrapTests {
    @Test("A slave with files of its own is refused, the others go on; with --allow-delete the files go")
    func strangersFile() async throws {
        try await FleetFixture.with(slaves: 2) { fleet in
            try await fleet.on("master", "mkdir -p /srv/data && echo x >/srv/data/ours")
            try await fleet.on("edge1", "mkdir -p /srv/data && echo precious >'/srv/data/a stranger'")
            let refused = try await fleet.lockstep("up")
            #expect(refused.exitCode == RunExitCode.refused)
            let report = try refused.host("edge1")
            #expect(report.kind == .refused)
            #expect(report.message?.contains("1 file (9 bytes)") == true)
            #expect(report.message?.contains("deleted: a stranger (9 bytes)") == true)
            #expect(report.message?.contains("--allow-delete edge1") == true)
            #expect(try refused.summary.proven == 1)
            #expect(try await fleet.on("edge1", "cat '/srv/data/a stranger'") == "precious")

            let other = try await fleet.lockstep("up", "--allow-delete", "edge2")
            #expect(other.exitCode == RunExitCode.refused)

            let allowed = try await fleet.lockstep("up", "--allow-delete", "edge1")
            #expect(allowed.exitCode == 0)
            #expect(try allowed.summary.proven == 2)
            #expect(try await fleet.on("edge1", "ls /srv/data") == "ours")
        }
    }

    @Test("An empty source with a full target stops the run, whatever is allowed")
    func emptySource() async throws {
        try await FleetFixture.with(slaves: 2) { fleet in
            for slave in ["edge1", "edge2"] {
                try await fleet.on(slave, "mkdir -p /srv/data && echo precious >/srv/data/kept")
            }
            let run = try await fleet.lockstep("up", "--allow-delete", "all")
            #expect(run.exitCode == RunExitCode.refused)
            #expect(try run.summary.proven == 0)
            #expect(run.output.contains("is empty"))
            for slave in ["edge1", "edge2"] { #expect(try await fleet.on(slave, "ls /srv/data") == "kept") }
            #expect(
                try await fleet.on("master", "systemctl list-units --plain --no-legend 'lockstep-lsyncd@*'").isEmpty
            )
        }
    }

    @Test("A run that died between writing and restarting is made good by the next")
    func healsAfterKill() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            #expect(try await fleet.lockstep("up", "--no-verify").exitCode == 0)
            // What a run with another delay would have written before it was killed.
            try fleet.write(inventory: fleet.inventory + "\n[all:vars]\ndelay=0.2\n")
            try await fleet.on("master", #"sed -i 's/delay   = "1"/delay   = "0.2"/' /etc/lockstep/lsyncd/edge1.lua"#)
            let run = try await fleet.lockstep("up")
            #expect(run.exitCode == 0)
            #expect(try run.changes["master"] == 1)
            let tasks = run.events.compactMap { event -> TaskReport? in
                if case .task(let report) = event, report.outcome == .changed { report } else { nil }
            }
            #expect(tasks.map(\.summary) == ["restart lockstep-lsyncd@edge1.service"])
            #expect(try await fleet.lockstep("up", "--no-verify").changes["master"] == 0)
        }
    }

    @Test("The master's key is good from where it may come from, and from nowhere else")
    func sourceAddress() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            let lab = try fleet.inventory
            func allow(_ source: String) throws {
                try fleet.write(inventory: lab.replacing("target=", with: "sync_from=\(source)\ntarget="))
            }
            try allow("192.0.2.0/24")
            let refused = try await fleet.lockstep("up")
            #expect(refused.exitCode == 4)
            #expect(refused.output.contains("Permission denied"), "\(refused.output)")
            try allow("192.0.2.0/24,\(fleet.address(of: "master"))")
            #expect(try await fleet.lockstep("up").summary.proven == 1)
            let line = try await fleet.on("edge1", "grep lockstep@ /root/.ssh/authorized_keys")
            #expect(line.hasPrefix("from=\"192.0.2.0/24,10."))
        }
    }

    @Test("Where sshd would let nobody in, because the account is locked, that is said before anything is tried")
    func lockedAccount() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            try await fleet.on(
                "edge1",
                """
                useradd -m -s /bin/sh mirror
                echo 'UsePAM no' >/etc/ssh/sshd_config.d/00-test.conf
                systemctl reload ssh
                """
            )
            try fleet.write(inventory: fleet.inventory.replacing("target=", with: "sync_user=mirror\ntarget="))
            let plan = try await fleet.lockstep("plan")
            #expect(plan.output.contains("files belong to the sync_user, who is not root"), "\(plan.output)")
            let locked = try await fleet.lockstep("up")
            #expect(locked.exitCode == 4)
            #expect(locked.output.contains("sshd lets nobody in as mirror"), "\(locked.output)")
            try await fleet.on("edge1", "usermod -p '*' mirror")
            #expect(try await fleet.lockstep("up").summary.proven == 1)
        }
    }

    @Test("A canary that does not come fails the run, and lsyncd's words say why")
    func missingCanary() async throws {
        try await FleetFixture.with(slaves: 2) { fleet in
            #expect(try await fleet.lockstep("up", "--no-verify").exitCode == 0)
            try await fleet.on("master", "systemctl stop lockstep-lsyncd@edge2")
            let stopped = try await fleet.lockstep("verify")
            #expect(stopped.exitCode == RunExitCode.proof)
            #expect(try stopped.summary.proven == 1)
            #expect(try stopped.host("edge2").hint?.contains("inactive") == true)
            #expect(try await fleet.leftCanaries().isEmpty)

            try await fleet.on("edge2", "sed -i /lockstep@/d /root/.ssh/authorized_keys")
            try await fleet.on("master", "systemctl start lockstep-lsyncd@edge2")
            let locked = try await fleet.lockstep("verify")
            #expect(locked.exitCode == RunExitCode.proof)
            #expect(try locked.host("edge2").hint?.contains("Permission denied") == true)

            let healed = try await fleet.lockstep("up")
            #expect(try healed.host("edge2").counts.changed == 1)
            try await fleet.on("master", "touch /run/lockstep/edge2/resync")
            #expect(try await fleet.leftCanaries().isEmpty)
        }
    }

    @Test("Ctrl-C leaves no canary behind, once or twice", arguments: [1, 2])
    func interruption(times: Int) async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            try fleet.write(inventory: fleet.inventory + "\n[all:vars]\ndelay=3\n")
            #expect(try await fleet.lockstep("up", "--no-verify").exitCode == 0)
            // Without job control a script's background ignores Ctrl-C.
            let script = """
                set -m
                \(LockstepProgram.path) verify -i \(fleet.directory["lab.ini"]) \
                --known-hosts \(fleet.report.knownHosts) & run=$!
                until ssh \(fleet.sshOptions.joined(separator: " ")) root@\(try fleet.address(of: "master")) \
                'ls -d /srv/data/.lockstep-canary* >/dev/null 2>&1'; do kill -0 $run || exit 99; done
                for i in $(seq \(times)); do kill -INT $run; sleep 0.2; done
                wait $run; echo "exit $?"
                """
            let output = try await runLocally("bash", ["-c", script])
            #expect(output.hasSuffix("exit 130"))
            let clock = ContinuousClock()
            let deadline = clock.now + .seconds(20)
            while try await !fleet.leftCanaries().isEmpty, clock.now < deadline {
                try await Task.sleep(for: .milliseconds(300))
            }
            #expect(try await fleet.leftCanaries().isEmpty)
        }
    }

    @Test("Directories with names that no shell would survive are mirrored all the same")
    func hostileNames() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            let name = "it's $(touch pwned) \"q\" %n ]] é"
            let inventory = try fleet.inventory
                .replacing("source=/srv/data", with: "source=/srv/\(name)")
                .replacing("target=/srv/data", with: "target=/srv/to \(name)")
            try fleet.write(inventory: inventory)
            let run = try await fleet.lockstep("up")
            #expect(run.exitCode == 0)
            #expect(try run.summary.proven == 1)
            #expect(try await fleet.lockstep("up", "--no-verify").summary.hosts.allSatisfy { $0.outcome == .ok })
            for host in ["master", "edge1"] {
                #expect(try await fleet.on(host, "ls -d /pwned /root/pwned /srv/pwned 2>/dev/null; true").isEmpty)
            }
            #expect(try await fleet.on("edge1", "ls /srv").contains("to it's $(touch pwned)"))
        }
    }

    @Test("The master's key opens nothing on a slave but the target")
    func replicationKeyIsRestricted() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            #expect(try await fleet.lockstep("up", "--no-verify").exitCode == 0)
            let address = try fleet.address(of: "edge1")
            let attempt = try await fleet.on(
                "master",
                """
                ssh -F none -i /etc/lockstep/replication_key -o UserKnownHostsFile=/etc/lockstep/known_hosts \
                -o HostKeyAlias=edge1 -o BatchMode=yes root@\(address) 'touch /root/broken-in' 2>&1; echo "status $?"
                """
            )
            #expect(attempt.contains("refused"))
            #expect(attempt.hasSuffix("status 77"))
            #expect(try await fleet.on("edge1", "ls /root/broken-in 2>/dev/null; true").isEmpty)
        }
    }
}
