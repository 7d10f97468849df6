import Foundation
import LockstepTestSupport
import RemoteHost
import SecureShell
import Testing

@Suite("Many hosts over SSH", .timeLimit(.minutes(3)))
struct SSHFleetTests {
    @Test("Sixty hosts at once are reached, each by one connection and one command")
    func sixtyHosts() async throws {
        try await LoopbackSSHServer.with { server in
            let names = (0..<60).map { "host\($0)" }
            let connector = SSHConnector(
                destinations: names.map { name in
                    SSHDestination(
                        name: name,
                        address: server.address,
                        port: server.port,
                        user: server.user,
                        credentials: SSHCredentials(identityFiles: [server.clientKey.path])
                    )
                },
                knownHosts: try KnownHosts(files: [server.knownHosts])
            )
            let begin = ContinuousClock.now
            let outputs = try await withThrowingTaskGroup { group in
                for name in names {
                    group.addTask {
                        try await connector.withConnection(to: name) { host in
                            let command = Command.script("echo \(host.name)", deadline: .seconds(60))
                            return try await host.run(command).outputText
                        }
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            let time = ContinuousClock.now - begin
            #expect(outputs == Set(names.map { "\($0)\n" }))
            let once = Dictionary(uniqueKeysWithValues: names.map { ($0, 1) })
            #expect(connector.statistics.commands == once)
            #expect(connector.statistics.connections == once)
            Attachment.record("\(time)", named: "sixty-hosts.txt")
        }
    }

    @Test("One unreachable host does not keep the others waiting")
    func oneUnreachable() async throws {
        try await LoopbackSSHServer.with { server in
            try await TestTCPServer.with(.silent) { silent in
                let connector = SSHConnector(
                    destinations: [
                        SSHDestination(name: "good", address: server.address, port: server.port, user: server.user),
                        SSHDestination(name: "bad", address: "127.0.0.1", port: silent.port, user: server.user),
                    ],
                    knownHosts: try KnownHosts(files: [server.knownHosts]),
                    deadlines: SSHDeadlines(handshake: .seconds(20)),
                    defaultIdentityFiles: [server.clientKey.path]
                )
                try await withThrowingTaskGroup { group in
                    group.addTask { try await connector.withConnection(to: "bad") { _ in } }
                    let result = try await connector.withConnection(to: "good") { host in
                        try await host.run(Command("true", deadline: .seconds(10)))
                    }
                    #expect(result.succeeded)
                    // The bad one still waits: it can be cancelled.
                    group.cancelAll()
                    let error = await #expect(throws: RemoteHostError.self) { try await group.waitForAll() }
                    #expect(error?.code == .cancelled)
                }
            }
        }
    }

    @Test("An IPv6 address needs no brackets")
    func addressOfVersion6() async throws {
        try await LoopbackSSHServer.with {
            $0.addresses = ["::1"]
        } _: { server in
            let error = try await SSHTable.login(.waysIn, "an IPv6 address", on: server.peer) {
                try await server.connected { host in
                    let result = try await host.run(Command("true", deadline: .seconds(10)))
                    #expect(result.succeeded)
                }
            }
            #expect(error == nil)
        }
    }

    @Test("Several addresses of one server are several hosts")
    func severalAddresses() async throws {
        let addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
        try await LoopbackSSHServer.with {
            $0.addresses = addresses
        } _: { server in
            let connector = SSHConnector(
                destinations: addresses.map {
                    SSHDestination(name: $0, address: $0, port: server.port, user: server.user)
                },
                knownHosts: try KnownHosts(files: [server.knownHosts]),
                defaultIdentityFiles: [server.clientKey.path]
            )
            for address in addresses {
                let output = try await connector.withConnection(to: address) { host in
                    try await host.run(Command("echo $SSH_CONNECTION", deadline: .seconds(10))).outputText
                }
                #expect(output.contains(" \(address) \(server.port)"))
            }
        }
    }

    #if os(Linux)
        /// Thrown, since a crash would leave the fixture's sshd behind.
        private struct OpenFiles: Error {
            var before: Int
            var after: Int
        }

        @Test("No connection leaves a descriptor open, however it ends")
        func descriptors() async throws {
            // A process of its own, since other tests open files at the same time.
            await #expect(processExitsWith: .success) {
                try await LoopbackSSHServer.with { server in
                    try await TestTCPServer.with(.silent) { silent in
                        let knownHosts = try KnownHosts(files: [server.knownHosts])
                        let connector = { (port: Int, knownHosts: KnownHosts, handshake: Duration) in
                            SSHConnector(
                                destinations: [
                                    SSHDestination(name: "it", address: server.address, port: port, user: server.user)
                                ],
                                knownHosts: knownHosts,
                                deadlines: SSHDeadlines(handshake: handshake),
                                defaultIdentityFiles: [server.clientKey.path]
                            )
                        }
                        let good = connector(server.port, knownHosts, .seconds(10))
                        let bad = [
                            connector(silent.port, knownHosts, .milliseconds(50)),
                            connector(server.port, try KnownHosts(files: []), .seconds(10)),
                            connector(1, knownHosts, .seconds(10)),
                        ]
                        let round = {
                            try await good.withConnection(to: "it") { host in
                                _ = try await host.run(Command("true", deadline: .seconds(10)))
                                _ = try? await host.run(Command("exec sleep 1", deadline: .milliseconds(50)))
                            }
                            for bad in bad { try? await bad.withConnection(to: "it") { _ in } }
                        }
                        let openFiles = { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
                        // The first rounds open what stays open: event loops, their wake-ups.
                        for _ in 0..<3 { try await round() }
                        let before = try openFiles()
                        for _ in 0..<8 { try await round() }
                        let after = try openFiles()
                        // The silent server's ends of its connections close a little later than ours.
                        if after > before + 4 { throw OpenFiles(before: before, after: after) }
                    }
                }
            }
        }
    #endif
}
