import FleetRunner
import LockstepTestSupport
import Testing

/// The layer tries again after at most 60 s; the rest is for the full pass, and for the connection to be given up.
private let recovery = Duration.seconds(90)

extension BootstrapTests {
    /// Waits until `lockstep status` says this of a copy.
    private func status(of copy: String, becomes state: String, _ fleet: FleetFixture) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        var said = ""
        while ContinuousClock.now < deadline {
            let status = try await fleet.lockstep("status")
            said = status.output
            let line = said.split(separator: "\n").first { $0.contains("\"name\":\"\(copy)\"") } ?? ""
            if line.contains("\"state\":\"\(state)\"") {
                #expect(state == "live" || status.exitCode == 4, "\(said)")
                return
            }
            try await Task.sleep(for: .milliseconds(500))
        }
        Issue.record("\(copy) did not become \(state): \(said)")
    }

    @Test("After a full disk, a key that was taken away and a network that was cut, copies are complete by themselves")
    func outages() async throws {
        try await FleetFixture.with(slaves: 3) { fleet in
            try await fleet.on("edge1", "mkdir -p /srv/data && mount -t tmpfs -o size=2m tmpfs /srv/data")
            #expect(try await fleet.lockstep("up").exitCode == 0)
            let status = try await fleet.lockstep("status")
            #expect(status.exitCode == 0)
            #expect(status.output.contains(#""event":"limits","instances":{"allowed":"#), "\(status.output)")

            // The network of edge3, for a minute, while the others have troubles of their own.
            try await fleet.on(
                "edge3",
                "systemd-run -q --no-block sh -c 'sleep 0.5; ip link set eth0 down; sleep 60; ip link set eth0 up'"
            )
            try await Task.sleep(for: .seconds(1))
            let cut = ContinuousClock.now + .seconds(60)

            try await fleet.on("master", "cd /srv/data && head -c 4M /dev/urandom >big && echo x >small")
            try await self.status(of: "edge1", becomes: "suspended", fleet)
            try await fleet.expectEqualTrees(["edge2"])
            try await fleet.on("master", "rm /srv/data/big && mkdir /srv/data/later && echo x >/srv/data/later/file")
            try await fleet.expectEqualTrees(["edge1"], within: recovery)

            let keys = "/root/.ssh/authorized_keys"
            try await fleet.on(
                "edge2",
                """
                cp -p \(keys) /root/kept && sed -i '/lockstep@master/d' \(keys)
                systemd-run -q --no-block sh -c 'sleep 1; pkill -f "sshd.*@notty"'
                """
            )
            try await Task.sleep(for: .seconds(2))
            try await fleet.on("master", "echo y >/srv/data/small")
            try await self.status(of: "edge2", becomes: "suspended", fleet)
            try await fleet.on("edge2", "cp -p /root/kept \(keys)")
            try await fleet.expectEqualTrees(["edge2"], within: recovery)

            try await self.status(of: "edge3", becomes: "suspended", fleet)
            try await Task.sleep(until: cut)
            try await fleet.expectEqualTrees(["edge3"], within: recovery)
            for slave in ["edge1", "edge2", "edge3"] { try await self.status(of: slave, becomes: "live", fleet) }
            #expect(try await fleet.lockstep("verify").summary.proven == 3)
        }
    }

    @Test("What up has mended is proven at once, and a slave that hangs is behind", .timeLimit(.minutes(6)))
    func mendedAndHung() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            #expect(try await fleet.lockstep("up").exitCode == 0)
            try await fleet.on(
                "edge1",
                """
                sed -i '/lockstep@master/d' /root/.ssh/authorized_keys
                systemd-run -q --no-block sh -c 'sleep 1; pkill -f "sshd.*@notty"'
                """
            )
            try await Task.sleep(for: .seconds(2))
            try await fleet.on("master", "echo y >/srv/data/small")
            try await self.status(of: "edge1", becomes: "suspended", fleet)
            // By itself the next attempt would come after the canary's time.
            try await fleet.on(
                "master",
                "timeout 90 sh -c 'until grep -q \"retry_in.:[2-6][0-9]\" /run/lockstep/edge1/report.json; do sleep 1; done'"
            )
            let said = try await fleet.lockstep("status").output
            #expect(said.contains("Permission denied (publickey"), "\(said)")
            let up = try await fleet.lockstep("up")
            #expect(up.exitCode == 0, "\(up.output)")
            #expect(try up.summary.proven == 1)

            try await fleet.on(
                "edge1",
                """
                systemd-run -q --no-block sh -c 'sleep 1; pkill -STOP -f "sshd.*@notty"
                    sleep 25; pkill -CONT -f "sshd.*@notty"'
                """
            )
            try await Task.sleep(for: .seconds(2))
            try await fleet.on("master", "echo z >/srv/data/small && sleep 13")
            let status = try await fleet.lockstep("status")
            #expect(status.exitCode == 4 && status.output.contains(#""waiting_for":1"#), "\(status.output)")
            try await fleet.expectEqualTrees(["edge1"], within: recovery)
        }
    }

    @Test("After a reboot of a slave and of the master, and after lsyncd hung, copies are complete by themselves")
    func reboots() async throws {
        try await FleetFixture.with(slaves: 2) { fleet in
            #expect(try await fleet.lockstep("up").exitCode == 0)
            // A container's reboot ends it: the lab starts it again, and nothing else is done.
            try await fleet.on("edge1", "systemd-run -q --no-block sh -c 'sleep 0.5; systemctl reboot'")
            try await Task.sleep(for: .seconds(2))
            try await fleet.on("master", "mkdir /srv/data/one && echo x >/srv/data/one/file")
            var again = try await fleet.grown(to: 2)
            try await again.expectEqualTrees(["edge1", "edge2"], within: recovery)

            try await again.on("master", "systemd-run -q --no-block sh -c 'sleep 0.5; systemctl reboot'")
            try await Task.sleep(for: .seconds(3))
            again = try await again.grown(to: 2)
            try await again.on("master", "rm -r /srv/data/one && echo x >/srv/data/two")
            try await again.expectEqualTrees(["edge1", "edge2"], within: recovery)

            try await again.on(
                "master",
                """
                mkdir -p /run/systemd/system/lockstep-lsyncd@edge1.service.d
                printf '[Service]\\nEnvironment=LOCKSTEP_WATCHDOG=8\\n' \
                    >/run/systemd/system/lockstep-lsyncd@edge1.service.d/watchdog.conf
                systemctl daemon-reload && systemctl restart lockstep-lsyncd@edge1
                sleep 5
                kill -STOP "$(systemctl show -p MainPID --value lockstep-lsyncd@edge1)"
                echo x >/srv/data/three
                """
            )
            try await again.expectEqualTrees(["edge2"])
            try await again.expectEqualTrees(["edge1"], within: recovery)
            let status = try await again.lockstep("status")
            #expect(status.output.contains(#""name":"edge1","restarts":1,"#), "\(status.output)")
            let log = try await again.on("master", "journalctl -q -o cat -u lockstep-lsyncd@edge1")
            #expect(log.lowercased().contains("watchdog timeout"), "\(log)")
        }
    }
}
