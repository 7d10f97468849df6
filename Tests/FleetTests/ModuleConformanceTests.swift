import Lab
import LockstepTestSupport
import Lsyncd
import Provisioning
import RemoteHost
import SecureShell
import SystemPackage
import Testing

extension BootstrapTests {
    @Test("Every module makes its change on a real host, and then finds nothing to do")
    func modulesOnARealHost() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            let connector = try fleet.connector(to: "edge1")
            try await connector.withConnection(to: "edge1") { host in
                let kit = ModuleConformance(on: host)
                var tried: Set<String> = [HostKeysModule.keyword]
                func expect(_ type: any Module.Type, _ values: [String: String], template: String = "") async throws {
                    tried.insert(type.keyword)
                    try await kit.expectChangeThenOk(type, values, template: template)
                }
                try await expect(PackageModule.self, ["name": "rsync lsyncd"])
                try await expect(DirectoryModule.self, ["path": "/srv/a 'b'", "owner": "www-data", "mode": "0750"])
                try await expect(UserModule.self, ["name": "lockstep", "home": "/etc/lockstep"])
                try await expect(
                    SSHKeyModule.self,
                    ["path": "/root/key", "comment": "lockstep@hub", "owner": "lockstep"]
                )
                try await expect(IdentityModule.self, ["path": "/root/id"])
                try await expect(
                    AuthorizedKeyModule.self,
                    ["user": "www-data", "key": "ssh-ed25519 AAAA", "marker": "m", "command": "/bin/x\n/srv/a 'b\""]
                )
                try await expect(
                    KnownHostsModule.self,
                    ["path": "/root/known", "host": "h", "keys": "ssh-ed25519 AAAA", "owner": "root", "mode": "0644"]
                )
                try await expect(
                    TemplateModule.self,
                    ["src": "x", "dest": "/etc/systemd/system/nap.service", "owner": "root", "mode": "0644"],
                    template: """
                        [Service]
                        RuntimeDirectory=nap
                        ExecStartPre=/bin/sh -c 'sha256sum /etc/systemd/system/nap.service >/run/nap/runs'
                        ExecStart=/bin/sleep infinity
                        [Install]
                        WantedBy=multi-user.target

                        """
                )
                try await expect(
                    ServiceModule.self,
                    ["name": "nap.service", "record": "/run/nap/runs", "files": "/etc/systemd/system/nap.service"]
                )
                // Another text on the disk than the one that runs: due for a restart.
                _ = try await host.run(
                    .script("echo '# edited' >>/etc/systemd/system/nap.service", deadline: .seconds(10))
                )
                try await expect(
                    ServiceModule.self,
                    ["name": "nap.service", "record": "/run/nap/runs", "files": "/etc/systemd/system/nap.service"]
                )
                try await expect(ServiceModule.self, ["name": "lsyncd.service", "state": "masked"])
                guard case .changed(let output) = try await kit.expectNoChange(HostKeysModule.self, [:]) else {
                    Issue.record("host-keys is not ok")
                    return
                }
                #expect(output.contains("ssh-ed25519 AAAA"))
                // A container may not set the kernel's limits; that it says so is a fixture's case.
                tried.insert(SysctlModule.keyword)
                #expect(tried == Set(ModuleRegistry(ModuleRegistry.general).keywords))
            }
        }
    }
}
