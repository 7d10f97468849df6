import FleetRunner
import LockstepTestSupport
import Testing

extension BootstrapTests {
    /// The lab's inventory with a wish for how many copies share an lsyncd.
    func isolate(_ word: String, _ fleet: FleetFixture) throws {
        let lines = try fleet.inventory.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("master ") ? line.split(separator: " isolation=")[0] + " isolation=\(word)" : line
        }
        try fleet.write(inventory: lines.joined(separator: "\n"))
    }

    /// Each service that is enabled, and what it keeps.
    private func keepers(_ fleet: FleetFixture) async throws -> String {
        try await fleet.on(
            "master",
            """
            cd /etc/systemd/system/multi-user.target.wants
            for unit in lockstep-lsyncd@*; do
                echo "$unit $(systemctl is-active "$unit") $(systemctl show -p Environment --value "$unit")"
            done | sed 's/lockstep-lsyncd@//; s/.service//; s/LOCKSTEP_WATCHDOG=120 //; s/LOCKSTEP_COPIES=//; s/"//g'
            """
        )
    }

    /// When a service was started, in microseconds since the host's boot.
    private func started(_ name: String, _ fleet: FleetFixture) async throws -> Int {
        let unit = "lockstep-lsyncd@\(name).service"
        let text = try await fleet.on("master", "systemctl show -p ActiveEnterTimestampMonotonic --value \(unit)")
        return try #require(Int(text))
    }

    @Test("Copies change from one lsyncd to another in one run, and none is kept by two at any moment")
    func isolation() async throws {
        try await FleetFixture.with(slaves: 3) { fleet in
            let slaves = ["edge1", "edge2", "edge3"]
            #expect(try await fleet.lockstep("up").exitCode == 0)
            #expect(
                try await keepers(fleet) == "edge1 active edge1\nedge2 active edge2\nedge3 active edge3"
            )
            try await watchForTwo(fleet)

            try isolate("shards:2", fleet)
            let plan = try await fleet.lockstep("plan")
            let shared = try await fleet.lockstep("up")
            #expect(shared.exitCode == 0)
            #expect(try shared.summary.proven == 3)
            #expect(try plan.changes == shared.changes)
            #expect(try await keepers(fleet) == "_shared-1 active edge1 edge3\n_shared-2 active edge2")
            try await fleet.on("master", "mkdir /srv/data/deep && echo x >/srv/data/deep/file")
            try await fleet.expectEqualTrees(slaves)
            #expect(try await fleet.lockstep("up", "--no-verify").changes.values.allSatisfy { $0 == 0 })

            // A slave joins the smaller of the two: the other one goes on as if nothing was.
            let first = try await started("_shared-1", fleet)
            let grown = try await fleet.grown(to: 4)
            try isolate("shards:2", grown)
            #expect(try await grown.lockstep("up").summary.proven == 4)
            #expect(try await keepers(grown) == "_shared-1 active edge1 edge3\n_shared-2 active edge2 edge4")
            #expect(try await started("_shared-1", grown) == first)

            try isolate("per-slave", grown)
            try await refused(grown)
            // One copy moves by itself; the one that it leaves behind stays where it is.
            #expect(try await grown.lockstep("up", "--limit", "edge4", "--allow-delete", "edge4").exitCode == 0)
            #expect(
                try await keepers(grown)
                    == "_shared-2 active edge2\nedge1 active edge1\nedge3 active edge3\nedge4 active edge4"
            )
            let last = try await grown.lockstep("up")
            #expect(try last.summary.proven == 4)
            #expect(
                try await keepers(grown)
                    == "edge1 active edge1\nedge2 active edge2\nedge3 active edge3\nedge4 active edge4"
            )
            #expect(try await grown.on("master", "ls -d /etc/systemd/system/lockstep-lsyncd@_* 2>/dev/null || :") == "")
            try await grown.on("master", "rm -r /srv/data/deep")
            try await grown.expectEqualTrees(slaves + ["edge4"])
            #expect(try await grown.on("master", "cat /run/two") == "", "a copy was kept by two lsyncd")
            try await pruned(grown)
        }
    }

    /// The guard refuses a copy that is to leave a shared lsyncd: that one goes on with all its copies, and others move.
    private func refused(_ fleet: FleetFixture) async throws {
        try await fleet.on("edge4", "echo precious >/srv/data/own")
        let settings =
            "sha256sum /etc/lockstep/lsyncd/edge[24].lua /etc/systemd/system/lockstep-lsyncd@_shared-2.service.d/*"
        let (before, start) = (try await fleet.on("master", settings), try await started("_shared-2", fleet))

        let alone = try await fleet.lockstep("up", "--limit", "edge4")
        #expect(alone.exitCode == RunExitCode.refused)
        #expect(try await keepers(fleet) == "_shared-1 active edge1 edge3\n_shared-2 active edge2 edge4")
        let all = try await fleet.lockstep("up")
        #expect(all.exitCode == RunExitCode.refused)
        #expect(
            try await keepers(fleet) == "_shared-2 active edge2 edge4\nedge1 active edge1\nedge3 active edge3"
        )
        #expect(all.output.contains("_shared-2 stays as it is, and each copy with the lsyncd that has it"))
        #expect(all.output.contains("leave it out: --limit 'slaves:!edge4'"))
        #expect(try all.host("edge4").kind == .refused && all.host("edge2").outcome == .skipped)
        #expect(try all.summary.proven == 2)

        #expect(try await started("_shared-2", fleet) == start)
        #expect(try await fleet.on("master", settings) == before)
        try await fleet.on("master", "echo moved >/srv/data/news")
        try await fleet.expectEqualTrees(["edge1", "edge2", "edge3"])
        #expect(try await fleet.on("edge4", "cat /srv/data/news /srv/data/own") == "moved\nprecious")
    }

    /// Takes edge4 out of the inventory: it goes on until it is said that it is to go, and then the others do not notice.
    private func pruned(_ fleet: FleetFixture) async throws {
        try fleet.leaveOut("edge4")
        let kept = try await fleet.lockstep("up", "--no-verify")
        #expect(try kept.changes.values.allSatisfy { $0 == 0 })
        #expect(kept.output.contains("it keeps edge4 as well, which the inventory does not have"))
        try await fleet.on("master", "echo 1 >/srv/data/kept")
        try await fleet.expectEqualTrees(["edge1", "edge2", "edge3", "edge4"])

        let starts = "systemctl show -p ActiveEnterTimestampMonotonic 'lockstep-lsyncd@edge[123].service'"
        let before = try await fleet.on("master", starts)
        #expect(try await fleet.lockstep("plan", "--prune").changes["master"] == 1)
        let pruned = try await fleet.lockstep("up", "--prune")
        #expect(try pruned.changes == ["master": 1, "edge1": 0, "edge2": 0, "edge3": 0])
        #expect(try pruned.summary.proven == 3)
        #expect(try await keepers(fleet) == "edge1 active edge1\nedge2 active edge2\nedge3 active edge3")
        #expect(try await fleet.on("master", starts) == before)
        let left = "ls /etc/lockstep/lsyncd | grep edge4; systemctl is-active lockstep-lsyncd@edge4 || :"
        #expect(try await fleet.on("master", left) == "edge4.lua.previous\ninactive")
        #expect(try await fleet.lockstep("up", "--prune", "--no-verify").changes.values.allSatisfy { $0 == 0 })
        try await fleet.on("master", "rm /srv/data/kept")
        try await fleet.expectEqualTrees(["edge1", "edge2", "edge3"])
        #expect(try await fleet.on("edge4", "cat /srv/data/kept") == "1", "a slave that is gone lost a file")
    }

    /// Lets the master write down each copy for which two lsyncd run at the same moment.
    private func watchForTwo(_ fleet: FleetFixture) async throws {
        try await fleet.on(
            "master",
            """
            : >/run/two
            cat >/run/watch-for-two <<'END'
            while :; do
                # Not those that an lsyncd has just forked: they are on their way to be rsync.
                for pid in $(pgrep -x -P 1 lsyncd); do
                    tr '\\0' '\\n' <"/proc/$pid/environ" | sed -n 's/^LOCKSTEP_COPIES=//p' | tr ' ' '\\n'
                done 2>/dev/null | sort | uniq -d >>/run/two
            done
            END
            systemd-run -q --unit watch-for-two sh /run/watch-for-two
            """
        )
    }
}
