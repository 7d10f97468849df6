import Foundation
import LockstepTestSupport
import Lsyncd
import Provisioning
import SecureShell
import Testing

extension BootstrapTests {
    @Test("Every module of replication makes its change on a real master, or looks and changes nothing")
    func replicationModulesOnAMaster() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            try await fleet.on("master", "mkdir /srv/data && echo x >/srv/data/page")
            #expect(try await fleet.lockstep("up", "--no-verify").exitCode == 0)
            // Another lsyncd than those of the inventory.
            try await fleet.on(
                "master",
                """
                cd /etc/systemd/system && mkdir lockstep-lsyncd@old.service.d
                echo '[Service]\nEnvironment="LOCKSTEP_COPIES=old"' >lockstep-lsyncd@old.service.d/copies.conf
                echo >/etc/lockstep/lsyncd/old.lua
                """
            )
            let address = try fleet.address(of: "edge1")
            let settings = try await fleet.on("master", "cat /etc/lockstep/lsyncd/edge1.lua")
            try await fleet.connector(to: "master").withConnection(to: "master") { host in
                let kit = ModuleConformance(on: host)
                var tried: Set<String> = []
                func expectNoChange(
                    _ type: any Module.Type,
                    _ values: [String: String],
                    templates: [String: String] = [:]
                ) async throws -> Conclusion {
                    tried.insert(type.keyword)
                    return try await kit.expectNoChange(type, values, templates: templates)
                }
                func expectChangeThenOk(_ type: any Module.Type, _ values: [String: String]) async throws {
                    tried.insert(type.keyword)
                    try await kit.expectChangeThenOk(type, values)
                }

                #expect(
                    try await expectNoChange(RsyncVersionModule.self, ["minimum": "3.0.6"]) == .changed(output: "yes")
                )
                #expect(try await isRefused(expectNoChange(RsyncVersionModule.self, ["minimum": "99.0.0"])))
                let targets = { ["users": "root", "targets": $0] }
                #expect(
                    try await expectNoChange(ProtectedPathsModule.self, targets("/srv/data")) == .changed(output: "")
                )
                #expect(try await isRefused(expectNoChange(ProtectedPathsModule.self, targets("/root"))))
                let copies = [
                    "host": "edge1", "keys": "ssh-ed25519 AAAA", "address": address, "port": "22",
                    "copies": "edge1 edge1 /srv/data",
                ]
                let writer = "a\tforeign\tanother fleet\t/srv/a\ta\t\(address)\t22\troot\t/srv/data"
                #expect(try await expectNoChange(SoleWriterModule.self, copies) == .changed(output: ""))
                #expect(
                    try await isRefused(
                        expectNoChange(SoleWriterModule.self, copies.merging(["others": writer]) { $1 })
                    )
                )

                let key = [
                    "host": "edge1", "address": address, "port": "22", "user": "root",
                    "key": "/etc/lockstep/replication_key", "known_hosts": "/etc/lockstep/known_hosts",
                ]
                try await expectChangeThenOk(GateCheckModule.self, key.merging(["directory": "/run/tried"]) { $1 })
                #expect(try await expectNoChange(GateCheckModule.self, key) == .changed(output: ""))
                let other = key.merging(["gate": "rrsync"]) { $1 }
                guard case .failed = try await expectNoChange(GateCheckModule.self, other) else {
                    Issue.record("one gate passes for another")
                    return
                }

                let guarded = [
                    "host": "edge1", "source": "/srv/data", "target": "/srv/data", "src": "settings", "guard": "guard",
                    "lsyncd": "/usr/local/lib/lockstep/lsyncd", "user": "lockstep",
                    "dest": "/etc/lockstep/lsyncd/edge1.lua", "service": "lockstep-lsyncd@edge1.service",
                    "record": "/run/lockstep/edge1/runs",
                    "files": "/usr/local/lib/lockstep/lsyncd /etc/lockstep/lsyncd/edge1.lua",
                ]
                let templates = ["settings": settings + "\n-- changed\n", "guard": try Self.deleteGuard]
                let answered = try await expectNoChange(DeleteGuardModule.self, guarded, templates: templates)
                #expect(answered == .changed(output: ""))
                try await fleet.on("edge1", "echo precious >/srv/data/own")
                let refused = try await expectNoChange(DeleteGuardModule.self, guarded, templates: templates)
                guard case .refused(let reason) = refused else {
                    Issue.record("the guard lets a file go")
                    return
                }
                #expect(reason.contains("deleted: own"))
                #expect(try await fleet.on("edge1", "cat /srv/data/own") == "precious")
                #expect(try await fleet.on("master", "cat /etc/lockstep/lsyncd/edge1.lua") == settings)

                try await expectChangeThenOk(HandoverModule.self, ["keepers": "edge1 edge1", "pruned": "old"])
                #expect(
                    try await fleet.on(
                        "master",
                        "ls -d /etc/systemd/system/lockstep-lsyncd@*.d /etc/lockstep/lsyncd/*"
                    )
                        == """
                        /etc/lockstep/lsyncd/edge1.lua
                        /etc/lockstep/lsyncd/old.lua.previous
                        /etc/systemd/system/lockstep-lsyncd@edge1.service.d
                        """
                )
                try await expectChangeThenOk(LsyncdModule.self, ["link": "/root/lsyncd", "install": "package"])
                #expect(tried == Set(ModuleRegistry(ModuleRegistry.replication).keywords))
            }
            // A slave has no lsyncd.
            try await fleet.connector(to: "edge1").withConnection(to: "edge1") { host in
                let values = ["link": "/root/lsyncd", "install": "package"]
                try await ModuleConformance(on: host).expectChangeThenOk(LsyncdModule.self, values)
            }
        }
    }

    private func isRefused(_ conclusion: Conclusion) -> Bool {
        if case .refused = conclusion { true } else { false }
    }

    /// The script that asks what the first pass of a copy would destroy.
    private static var deleteGuard: String {
        get throws {
            let templates = URL(filePath: #filePath).deletingLastPathComponent().appending(
                path: "../../playbooks/templates"
            )
            return try String(contentsOf: templates.appending(path: "delete-guard"), encoding: .utf8)
        }
    }
}
