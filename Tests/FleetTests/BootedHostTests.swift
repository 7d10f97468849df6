import Lab
import LockstepTestSupport
import RemoteHost
import SecureShell
import Testing

extension BootstrapTests {
    @Test("A host that reboots in mid-command is given up at once, and reached again when it is back")
    func reboot() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            let (address, peer) = (try fleet.address(of: "edge1"), try await fleet.peer(of: "edge1"))
            let connector = try fleet.connector(to: "edge1", at: address)
            let error = await SSHTable.failure(.faults, "reboots in mid-command", on: peer, within: .seconds(10)) {
                try await connector.withConnection(to: "edge1") { host in
                    _ = try await host.run(.script("systemctl reboot; sleep 60", deadline: .seconds(90)))
                }
            }
            #expect(error?.code == .connectionLost)
            // A container's reboot ends it: the lab starts it again.
            let again = try await fleet.grown(to: 1)
            let ping = try await again.lockstep("ping", "--limit", "edge1")
            #expect(ping.exitCode == 0, "\(ping.output)\(ping.errors)")
        }
    }

    @Test("A link-local address leads through the interface that its zone names")
    func linkLocal() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            let peer = try await fleet.peer(of: "edge1")
            let words = try await fleet.on("edge1", "ip -6 -o address show dev eth0 scope link").split(separator: " ")
            let address = try #require(words.first { $0.hasPrefix("fe80::") }).prefix { $0 != "/" }
            let route = try await runLocally("ip", ["-o", "route", "get", fleet.address(of: "edge1")])
            let interface = try #require(route.split(separator: " ").drop { $0 != "dev" }.dropFirst().first)
            // An address that is still being tried for duplicates answers nobody, at either end.
            try await fleet.on(
                "edge1",
                "while ip -6 -o address show dev eth0 tentative | grep -q .; do sleep 0.1; done"
            )
            while try await !runLocally("ip", ["-6", "-o", "address", "show", "dev", "\(interface)", "tentative"])
                .isEmpty
            {
                try await Task.sleep(for: .milliseconds(100))
            }
            let old = "edge1 ansible_host=\(try fleet.address(of: "edge1"))"
            let zoned = "edge1 ansible_host=\(address)%\(interface)"
            try fleet.write(inventory: fleet.inventory.replacing(old, with: zoned))
            try await SSHTable.row(.waysIn, "a link-local IPv6 address with a zone", on: peer) {
                let first = try await fleet.lockstep("--accept-new-host-keys", "ping", "--limit", "edge1")
                #expect(first.exitCode == 0, "\(first.output)\(first.errors)")
                let second = try await fleet.lockstep("ping", "--limit", "edge1")
                #expect(second.exitCode == 0, "\(second.output)\(second.errors)")
                #expect(second.output.contains("\(address)%\(interface)"), "\(second.output)")
                return "let in, and its key known from then on"
            }
        }
    }
}
