import FleetRunner
import Lab
import LockstepTestSupport
import Testing

extension BootstrapTests {
    /// The lab's inventory with these sections in place of its one directory.
    private func mirror(_ sections: String, _ fleet: FleetFixture, _ original: String) throws {
        let lines = original.split(separator: "\n", omittingEmptySubsequences: false).filter {
            !$0.hasPrefix("source") && !$0.hasPrefix("target")
        }
        try fleet.write(inventory: lines.joined(separator: "\n") + "\n" + sections + "\n")
    }

    private static let docs = """
        [sync:docs]
        source  = /srv/docs
        target  = /srv/copies/docs
        include = /drafts/preview/
        """

    /// What the sections do not set.
    private static let ofSlaves = """
        [slaves:vars]
        delete  = no
        exclude = *.tmp, /drafts/*
        """

    private static let data = """
        [sync:data]
        source = /srv/data
        target = /srv/copies/data
        to     = edge2
        """

    @Test("Each directory has its slaves, its patterns and its canary; another one touches nobody who runs")
    func severalDirectories() async throws {
        try await FleetFixture.with(slaves: 2) { fleet in
            let original = try fleet.inventory
            try mirror(Self.ofSlaves + "\n" + Self.docs + "\n" + Self.data, fleet, original)
            let plan = try await fleet.lockstep("plan")
            let first = try await fleet.lockstep("up")
            #expect(first.exitCode == 0)
            #expect(try first.summary.proven == 2)
            #expect(try plan.changes == first.changes)
            let proven = first.events.compactMap { event -> String? in
                if case .proven(let host, let sync, _) = event { "\(sync ?? "") on \(host)" } else { nil }
            }
            #expect(proven.sorted() == ["data on edge2", "docs on edge1", "docs on edge2"])

            try await fleet.on(
                "master",
                """
                cd /srv/docs && mkdir -p drafts/preview 'a b' && echo x >'a b/page' && echo x >'a b/page.tmp'
                echo x >drafts/secret; echo x >drafts/preview/open; echo x >/srv/data/row
                """
            )
            try await expectListing("edge1", "./docs/a b/page\n./docs/drafts/preview/open")
            try await expectListing("edge2", "./data/row\n./docs/a b/page\n./docs/drafts/preview/open")
            // Nothing is deleted, as the slaves' variable says; what comes later shows that the deletion was seen.
            try await fleet.on("master", "rm '/srv/docs/a b/page' && echo x >'/srv/docs/a b/page 2'")
            try await expectListing("edge1", "./docs/a b/page\n./docs/a b/page 2\n./docs/drafts/preview/open")

            let services = try await services(fleet)
            let second = try await fleet.lockstep("up", "--no-verify")
            #expect(try second.changes.values.allSatisfy { $0 == 0 })

            try mirror(
                Self.ofSlaves + "\n" + Self.docs + "\n" + Self.data
                    + "\n[sync:logs]\nsource = /srv/logs\ntarget = /srv/copies/logs\n",
                fleet,
                original
            )
            let third = try await fleet.lockstep("up")
            #expect(third.exitCode == 0)
            #expect(try third.summary.proven == 2)
            #expect(try await self.services(fleet) == services, "another directory's service was restarted")
            #expect(try await fleet.on("edge1", "ls /srv/copies") == "docs\nlogs")

            func expectListing(_ slave: String, _ expected: String) async throws {
                let listing = "cd /srv/copies && find . -type f ! -path '*/.lockstep*' | LC_ALL=C sort"
                let clock = ContinuousClock()
                let deadline = clock.now + .seconds(30)
                while try await fleet.on(slave, listing) != expected, clock.now < deadline {
                    try await Task.sleep(for: .milliseconds(200))
                }
                #expect(try await fleet.on(slave, listing) == expected)
            }
        }
    }

    @Test("A copy that would delete files is refused, and the slave's other copy is made")
    func oneCopyRefused() async throws {
        try await FleetFixture.with(slaves: 2) { fleet in
            try mirror(Self.docs + "\n" + Self.data, fleet, fleet.inventory)
            try await fleet.on("master", "mkdir -p /srv/docs /srv/data; echo x >/srv/docs/page; echo x >/srv/data/row")
            try await fleet.on("master", "mkdir /srv/data/uploads; echo x >/srv/data/uploads/page")
            try await fleet.on("edge2", "mkdir -p /srv/copies/data && echo precious >/srv/copies/data/own")
            try await fleet.on(
                "edge2",
                "mkdir /srv/disk; echo only >/srv/disk/here; ln -s /srv/disk /srv/copies/data/uploads"
            )
            let run = try await fleet.lockstep("up")
            #expect(run.exitCode == RunExitCode.refused)
            let report = try run.host("edge2")
            #expect(report.kind == .refused)
            #expect(report.message?.contains("/srv/copies/data on edge2 has 1 file") == true)
            #expect(report.message?.contains("replaced by a directory: uploads/") == true)
            #expect(try run.summary.proven == 1)
            #expect(try await fleet.on("edge2", "ls /srv/copies/data /srv/copies/docs").contains("page"))
            #expect(try await fleet.on("edge2", "cat /srv/copies/data/own") == "precious")
            #expect(try await fleet.on("edge2", "cat /srv/copies/data/uploads/here") == "only")
        }
    }

    private func services(_ fleet: FleetFixture) async throws -> String {
        let names = ["docs@edge1", "docs@edge2", "data@edge2"].map { "lockstep-lsyncd@\($0)" }
        return try await fleet.on(
            "master",
            "systemctl show -p Id,ExecMainPID,ActiveEnterTimestampMonotonic \(names.joined(separator: " "))"
        )
    }
}
