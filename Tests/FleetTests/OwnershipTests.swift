import FleetRunner
import LockstepTestSupport
import Testing

extension BootstrapTests {
    /// The lab's inventory with one directory in a section of its own.
    private func mirrored(_ section: String, _ original: String) -> String {
        let lines = original.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.filter { !$0.hasPrefix("source") && !$0.hasPrefix("target") }.joined(separator: "\n") + section
    }

    /// The services that run on the master, by the copies that they are named after.
    private func running(_ fleet: FleetFixture) async throws -> String {
        try await fleet.on(
            "master",
            """
            systemctl list-units --plain --no-legend --state=active 'lockstep-lsyncd@*' |
                sed 's/^lockstep-lsyncd@//; s/\\.service.*//' | sort | paste -s -d ' ' -
            """
        )
    }

    @Test(
        "Two inventories share a master and a slave; a renamed slave has one lsyncd; the gate and each copy are proven"
    )
    func ownership() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            let site = try fleet.inventory
            let docs = mirrored("\n[sync:docs]\nsource = /srv/docs\ntarget = /srv/copies/docs\n", site)
            #expect(try await fleet.lockstep("up").exitCode == 0)
            let line = try await fleet.on("edge1", "grep lockstep: /root/.ssh/authorized_keys")

            try fleet.write(inventory: docs)
            let second = try await fleet.lockstep("up")
            #expect(second.exitCode == 0)
            #expect(!second.output.contains("as well, which the inventory does not have"))
            // One line for both, known by the master's id.
            let both = try await fleet.on("edge1", "grep lockstep: /root/.ssh/authorized_keys")
            #expect(both.contains("/srv/copies/docs") && both.contains("/srv/data"))
            #expect(both.split(separator: " ").last == line.split(separator: " ").last)
            #expect(try await fleet.on("master", "cat /etc/lockstep/id") == both.split(separator: ":").last ?? "")

            // In turn, and with --prune, neither takes anything from the other.
            for inventory in [site, docs] {
                try fleet.write(inventory: inventory)
                let again = try await fleet.lockstep("up", "--prune")
                #expect(again.exitCode == 0)
                #expect(try again.changes.values.allSatisfy { $0 == 0 })
                #expect(try again.summary.proven == 1)
            }
            #expect(try await running(fleet) == "docs@edge1 edge1")
            try await fleet.on("master", "echo 1 >/srv/data/page; echo 2 >/srv/docs/page")
            try await expectText("2", at: "/srv/copies/docs/page", fleet)
            try await expectText("1", at: "/srv/data/page", fleet)

            try await expectRefusals(fleet, site)
            try await rename(fleet, site)
            try await force(fleet)
            try await renameShared(fleet)
        }
    }

    /// A directory that another inventory's copy is written to.
    private func expectRefusals(_ fleet: FleetFixture, _ site: String) async throws {
        let section = "\n[sync:logs]\nsource = /srv/logs\ntarget = /srv/copies\n"
        try fleet.write(inventory: mirrored(section, site))
        let before = try await fleet.on("edge1", "ls -la --time-style=full-iso /srv /srv/copies /root/.ssh")
        let run = try await fleet.lockstep("up")
        #expect(run.exitCode == RunExitCode.refused)
        let message = try run.host("edge1").message ?? ""
        for word in ["logs@edge1", "/srv/copies", "docs@edge1", "/srv/copies/docs", "/srv/docs"] {
            #expect(message.contains(word), "\(word) in \(message)")
        }
        #expect(try await fleet.on("edge1", "ls -la --time-style=full-iso /srv /srv/copies /root/.ssh") == before)
        #expect(try await running(fleet) == "docs@edge1 edge1")
    }

    /// The slave's name changes in its inventory.
    private func rename(_ fleet: FleetFixture, _ site: String) async throws {
        let lines = site.split(separator: "\n", omittingEmptySubsequences: false)
        let renamed = lines.map { $0.hasPrefix("edge1 ") ? "web1 " + $0.dropFirst("edge1 ".count) : String($0) }
        try fleet.write(inventory: renamed.joined(separator: "\n"))
        try await fleet.on("edge1", "echo precious >/srv/data/own")
        let refused = try await fleet.lockstep("up", "--prune")
        #expect(refused.exitCode == RunExitCode.refused)
        #expect(try await running(fleet) == "docs@edge1 edge1", "a copy ended whose successor is refused")
        try await fleet.on("master", "echo 3 >/srv/data/page")
        try await expectText("3", at: "/srv/data/page", fleet)

        try await fleet.on("edge1", "rm /srv/data/own")
        let run = try await fleet.lockstep("up")
        #expect(run.exitCode == 0)
        #expect(try run.summary.proven == 1)
        #expect(try await running(fleet) == "docs@edge1 web1")
        #expect(try await fleet.lockstep("up", "--no-verify").changes.values.allSatisfy { $0 == 0 })

        try await fleet.on("master", "systemctl stop lockstep-lsyncd@web1")
        let stopped = try await fleet.lockstep("verify")
        #expect(stopped.exitCode == RunExitCode.proof)
        #expect(try stopped.host("web1").message?.contains("lockstep-lsyncd@web1.service does not run") == true)
        try await fleet.on("master", "systemctl start lockstep-lsyncd@web1")
        try await fleet.on("master", "echo 4 >/srv/data/page")
        try await expectText("4", at: "/srv/data/page", fleet)
    }

    /// sshd of the slave gets a command of its own, which wins over the key's.
    private func force(_ fleet: FleetFixture) async throws {
        #expect(try await fleet.lockstep("verify").exitCode == 0)
        try await fleet.on(
            "edge1",
            """
            printf '%s\\n' 'ForceCommand sh -c "$SSH_ORIGINAL_COMMAND"' >>/etc/ssh/sshd_config
            systemctl reload ssh
            """
        )
        let verified = try await fleet.lockstep("verify")
        #expect(verified.exitCode == RunExitCode.failed)
        #expect(try verified.host("web1").message?.contains("is a shell for root on web1") == true)
        #expect(try verified.summary.proven == 0)

        let master = try fleet.address(of: "master")
        try await fleet.on(
            "edge1",
            """
            printf '%s\\n' 'Match User root Address \(master)' 'ForceCommand none' >>/etc/ssh/sshd_config
            systemctl reload ssh
            """
        )
        #expect(try await fleet.lockstep("verify").exitCode == 0)
    }

    /// The slave's name changes once more, while its copy shares an lsyncd.
    private func renameShared(_ fleet: FleetFixture) async throws {
        try isolate("shared", fleet)
        #expect(try await fleet.lockstep("up").exitCode == 0)
        #expect(try await running(fleet) == "_shared-1 docs@edge1")
        let lines = try fleet.inventory.split(separator: "\n", omittingEmptySubsequences: false)
        let renamed = lines.map { $0.hasPrefix("web1 ") ? "www1 " + $0.dropFirst("web1 ".count) : String($0) }
        try fleet.write(inventory: renamed.joined(separator: "\n"))

        try await fleet.on("edge1", "echo precious >/srv/data/own")
        let kept = "systemctl show -p Environment -p ActiveEnterTimestampMonotonic lockstep-lsyncd@_shared-1.service"
        let before = try await fleet.on("master", kept)
        #expect(try await fleet.lockstep("up", "--prune").exitCode == RunExitCode.refused)
        #expect(try await fleet.on("master", kept) == before, "a copy ended whose successor is refused")
        try await fleet.on("master", "echo 5 >/srv/data/page")
        try await expectText("5", at: "/srv/data/page", fleet)

        try await fleet.on("edge1", "rm /srv/data/own")
        let run = try await fleet.lockstep("up")
        #expect(run.exitCode == 0)
        #expect(try run.summary.proven == 1)
        #expect(try await fleet.on("master", kept).contains("LOCKSTEP_COPIES=www1"))
        #expect(try await running(fleet) == "_shared-1 docs@edge1")
        #expect(try await fleet.lockstep("up", "--no-verify").changes.values.allSatisfy { $0 == 0 })
    }

    private func expectText(_ text: String, at path: String, _ fleet: FleetFixture) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(30)
        while try await fleet.on("edge1", "cat \(path) 2>/dev/null || :") != text, clock.now < deadline {
            try await Task.sleep(for: .milliseconds(200))
        }
        #expect(try await fleet.on("edge1", "cat \(path)") == text)
    }
}
