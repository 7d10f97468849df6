import LockstepTestSupport
import RemoteHost
import SecureShell
import SystemPackage
import Testing

@Suite("Jump hosts", .timeLimit(.minutes(2)))
struct JumpHostTests {
    @Test("A host is reached through a jump host, and both are checked by their own keys")
    func oneJump() async throws {
        try await LoopbackSSHServer.withBastion { bastion, target in
            let connector = try connector(to: target.destination("target", through: [bastion.destination("bastion")]))
            let refusal = try await SSHTable.login(.waysIn, "one jump host", on: target.peer) {
                try await connector.withConnection(to: "target") { host in
                    let result = try await host.run(Command("echo $SSH_CONNECTION", deadline: .seconds(10)))
                    #expect(result.outputText.hasSuffix(" 127.0.0.1 \(target.port)\n"))
                }
            }
            #expect(refusal == nil)
            #expect(bastion.accepted == 1 && target.accepted == 1)
        }
    }

    @Test("Jump hosts can be chained, and a large output and input pass through all of them unchanged")
    func chain() async throws {
        try await LoopbackSSHServer.withBastion { bastion, target in
            try await LoopbackSSHServer.with { middle in
                let route = [bastion.destination("bastion"), middle.destination("middle")]
                let connector = try connector(to: target.destination("target", through: route))
                let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                try await SSHTable.row(.waysIn, "two jump hosts in a row, 3 MB each way", on: target.peer) {
                    try await connector.withConnection(to: "target") { host in
                        let result = try await host.run(Command("cat", input: bytes, deadline: .seconds(60)))
                        #expect(result.succeeded && result.standardOutput == bytes)
                    }
                    return "let in, and the same bytes"
                }
                #expect(bastion.accepted == 1 && middle.accepted == 1 && target.accepted == 1)
            }
        }
    }

    @Test("All hosts behind a jump host share one connection to it")
    func sharedConnection() async throws {
        try await LoopbackSSHServer.with { bastion in
            let addresses = (1...16).map { "127.0.1.\($0)" }
            try await LoopbackSSHServer.with {
                $0.addresses = addresses
            } _: { target in
                let jump = bastion.destination("bastion")
                let destinations = addresses.map { target.destination($0, at: $0, through: [jump]) }
                let connector = try SSHConnector(destinations: destinations, knownHosts: KnownHosts(files: []))
                try await SSHTable.row(.waysIn, "sixteen hosts at once behind one jump host", on: target.peer) {
                    try await withThrowingTaskGroup { group in
                        for address in addresses {
                            group.addTask {
                                try await connector.withConnection(to: address) { host in
                                    let result = try await host.run(Command("true", deadline: .seconds(30)))
                                    #expect(result.succeeded)
                                }
                            }
                        }
                        try await group.waitForAll()
                    }
                    #expect(target.accepted == 16)
                    #expect(bastion.accepted == 1)
                    return "let in, by one connection to the jump host"
                }
            }
        }
    }

    @Test(
        "Sixty hosts are not too many for an sshd that drops the eleventh connection in the making",
        arguments: [true, false]
    )
    func manyStarts(hasJump: Bool) async throws {
        let limit = "MaxStartups 10:100:100"
        try await LoopbackSSHServer.withBastion(saying: limit) { bastion, _ in
            try await LoopbackSSHServer.with {
                $0.configuration = [limit]
            } _: { target in
                let names = (1...60).map { "web\($0)" }
                let route = hasJump ? [bastion.destination("bastion")] : []
                let connector = SSHConnector(
                    destinations: names.map { target.destination($0, through: route) },
                    knownHosts: try KnownHosts(files: [])
                )
                let way = hasJump ? " behind one jump host" : ""
                try await SSHTable.row(.waysIn, "sixty names of one sshd\(way), \(limit)", on: target.peer) {
                    try await withThrowingTaskGroup { group in
                        for name in names {
                            group.addTask { try await connector.withConnection(to: name) { _ in } }
                        }
                        try await group.waitForAll()
                    }
                    #expect(target.accepted == 60 && bastion.accepted == (hasJump ? 1 : 0))
                    return hasJump ? "let in, by one connection to the jump host" : "let in"
                }
            }
        }
    }

    @Test("An sshd that takes one start at a time is asked again until all hosts are in")
    func oneStartAtATime() async throws {
        try await LoopbackSSHServer.with {
            $0.configuration = ["MaxStartups 1:100:100"]
        } _: { server in
            let names = (1...6).map { "web\($0)" }
            let connector = SSHConnector(
                destinations: names.map { server.destination($0) },
                knownHosts: try KnownHosts(files: [])
            )
            try await SSHTable.row(.waysIn, "six names of one sshd, MaxStartups 1:100:100", on: server.peer) {
                try await withThrowingTaskGroup { group in
                    for name in names { group.addTask { try await connector.withConnection(to: name) { _ in } } }
                    try await group.waitForAll()
                }
                #expect(server.accepted == 6)
                return "let in, after more tries"
            }
            #expect(server.log.contains("MaxStartups"), "it never was too much")
        }
    }

    @Test("An sshd that others keep busy is given up in time, and the limit named")
    func busyServer() async throws {
        try await LoopbackSSHServer.with {
            $0.configuration = ["MaxStartups 1:100:100"]
        } _: { server in
            // Until the connection by which the test server was found to be ready is over for sshd.
            try await Task.sleep(for: .seconds(1))
            try await FreePort.whileConnected(to: server.address, server.port) {
                var destination = server.destination("web1")
                destination.connectLimit = .seconds(1)
                let connector = try connector(to: destination)
                let tried = "another's connection in the making, MaxStartups 1:100:100, 1 s allowed"
                let error = await SSHTable.failure(.faults, tried, on: server.peer, within: .seconds(8)) {
                    try await connector.withConnection(to: "web1") { _ in }
                }
                #expect(
                    error?.message.hasSuffix("as many connections in the making as it allows (MaxStartups)") == true
                )
            }
        }
    }

    @Test("A host that answers nobody does not keep the others behind the jump host waiting")
    func blackHoleBehindJumpHost() async throws {
        try await LoopbackSSHServer.withBastion(saying: "LogLevel DEBUG1") { bastion, target in
            try await TestTCPServer.with(.full) { hole in
                let jump = bastion.destination("bastion")
                var lost = target.destination("lost", through: [jump])
                lost.port = hole.port
                lost.connectLimit = .seconds(5)
                let destinations = [lost, target.destination("target", through: [jump])]
                let connector = try SSHConnector(destinations: destinations, knownHosts: KnownHosts(files: []))
                let tried = "black hole behind a jump host, 5 s allowed"
                async let refusal = refusal(tried, connector, of: "lost", on: target.peer)
                // The opening that hangs comes first.
                while !bastion.log.contains("direct-tcpip") { try await Task.sleep(for: .milliseconds(5)) }
                let start = ContinuousClock.now
                try await connector.withConnection(to: "target") { _ in }
                #expect(ContinuousClock.now - start < .seconds(5))
                let error = await refusal
                #expect(error?.code == .timedOut)
                #expect(
                    error?.message
                        == "no answer from 127.0.0.1 port \(hole.port) within 5 seconds, through the jump host bastion"
                )
                #expect(bastion.accepted == 2)
            }
        }
    }

    @Test("A jump host whose key is not known is refused before anything passes through it")
    func unknownJumpHost() async throws {
        try await LoopbackSSHServer.withBastion { bastion, target in
            var jump = bastion.destination("bastion")
            jump.hostKeyRule = HostKeyRule()
            let connector = try connector(to: target.destination("target", through: [jump]))
            let error = await refusal("a jump host whose key is not known", connector, of: "target", on: target.peer)
            #expect(error?.code == .hostKeyRefused)
            #expect(error?.message.hasPrefix("the jump host bastion: the host key of 127.0.0.1 port") == true)
            #expect(bastion.accepted == 0 && target.accepted == 0)
        }
    }

    @Test("A host whose key is not known is refused, whatever the jump host says")
    func unknownTarget() async throws {
        try await LoopbackSSHServer.withBastion { bastion, target in
            var destination = target.destination("target", through: [bastion.destination("bastion")])
            destination.hostKeyRule = HostKeyRule()
            let error = await refusal(
                "a host behind a jump host whose key is not known",
                try connector(to: destination),
                of: "target",
                on: target.peer
            )
            #expect(error?.code == .hostKeyRefused)
            #expect(error?.message.hasPrefix("the host key of 127.0.0.1 port \(target.port)") == true)
            #expect(target.accepted == 0)
        }
    }

    @Test("A port that is closed behind the jump host is told with the jump host's name")
    func closedPort() async throws {
        try await LoopbackSSHServer.withBastion { bastion, target in
            var destination = target.destination("target", through: [bastion.destination("bastion")])
            destination.port = Self.closedPort
            let error = await refusal(
                "a closed port behind a jump host",
                try connector(to: destination),
                of: "target",
                on: target.peer
            )
            #expect(error?.code == .unreachable)
            let expected = "the jump host bastion could not connect to 127.0.0.1 port \(destination.port)"
            #expect(error?.message.hasPrefix(expected) == true)
        }
    }

    @Test("A jump host that forwards nothing is told from one that cannot be reached")
    func forwardingForbidden() async throws {
        try await LoopbackSSHServer.with {
            $0.configuration = ["AllowTcpForwarding no"]
        } _: { bastion in
            let destination = bastion.destination("target", through: [bastion.destination("bastion")])
            let error = await refusal(
                "a jump host that forwards nothing",
                try connector(to: destination),
                of: "target",
                on: bastion.peer
            )
            #expect(error?.code == .unreachable)
            #expect(error?.hint?.contains("AllowTcpForwarding") == true)
        }
    }

    @Test("A jump host that cannot be used is tried once for all hosts behind it, and all are told why")
    func uselessJumpHost() async throws {
        try await LoopbackSSHServer.withBastion { bastion, target in
            var jump = bastion.destination("bastion")
            jump.hostKeyRule = HostKeyRule(pins: ["SHA256:other"])
            let names = (1...20).map { "host\($0)" }
            let connector = SSHConnector(
                destinations: names.map { target.destination($0, through: [jump]) },
                knownHosts: try KnownHosts(files: [])
            )
            let errors = await withTaskGroup { group in
                for name in names {
                    group.addTask {
                        await refusal(
                            "twenty hosts behind a jump host with another key than the pinned one",
                            connector,
                            of: name,
                            on: bastion.peer
                        )
                    }
                }
                return await group.reduce(into: Set<RemoteHostError?>()) { $0.insert($1) }
            }
            #expect(errors.count == 1)
            #expect(errors.first??.code == .hostKeyRefused)
            #expect(errors.first??.message.hasPrefix("the jump host bastion: the host key of") == true)
            let connections = bastion.log.split(whereSeparator: \.isNewline).count { $0.hasPrefix("Connection from") }
            // The test server's own, which waits for sshd to be ready, and one for each type of key that the pin may be of.
            #expect(connections <= 3)
        }
    }

    // MARK: What the tests share

    /// A port of the system on which nobody listens, and which no other test can be given meanwhile.
    private static let closedPort = 1

    private func connector(to destination: SSHDestination) throws -> SSHConnector {
        SSHConnector(destinations: [destination], knownHosts: try KnownHosts(files: []))
    }

    private func refusal(
        _ tried: String,
        _ connector: @autoclosure () throws -> SSHConnector,
        of name: String,
        on peer: SSHPeer
    ) async -> RemoteHostError? {
        await SSHTable.failure(.waysIn, tried, on: peer) {
            let connector = try connector()
            try await connector.withConnection(to: name) { _ in }
        }
    }
}
