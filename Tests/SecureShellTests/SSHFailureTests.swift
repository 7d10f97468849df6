import LockstepTestSupport
import RemoteHost
import SecureShell
import SystemPackage
import Testing

@Suite("Failures over SSH", .timeLimit(.minutes(2)))
struct SSHFailureTests {
    @Test("A command that takes too long ends within its deadline, and the connection with it")
    func commandDeadline() async throws {
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                let begin = ContinuousClock.now
                await #expect(
                    throws: RemoteHostError(.timedOut, "the command did not end within 0.5 seconds")
                ) {
                    try await host.run(Command("exec sleep 300", deadline: .milliseconds(500)))
                }
                #expect(ContinuousClock.now - begin < .seconds(60))
                let error = await #expect(throws: RemoteHostError.self) {
                    try await host.run(Command("true", deadline: .seconds(5)))
                }
                #expect(error?.code == .timedOut || error?.code == .connectionLost)
            }
        }
    }

    @Test("A command that is waiting beside one that takes too long hears why its connection went")
    func neighbourOfDeadline() async throws {
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                async let neighbour = #expect(throws: RemoteHostError.self) {
                    try await host.run(Command("exec sleep 300", deadline: .seconds(20)))
                }
                let late = await #expect(throws: RemoteHostError.self) {
                    try await host.run(Command("exec sleep 300", deadline: .milliseconds(500)))
                }
                #expect(late?.code == .timedOut)
                let other = await neighbour
                #expect(other?.code == .connectionLost)
            }
        }
    }

    @Test("A cancelled command returns at once")
    func cancellation() async throws {
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                let begin = ContinuousClock.now
                let (started, tellStarted) = AsyncStream<Void>.makeStream()
                let error = await withTaskGroup { group in
                    group.addTask {
                        await #expect(throws: RemoteHostError.self) {
                            try await host.run(Command("echo started; exec sleep 300", deadline: .seconds(300))) { _ in
                                tellStarted.yield()
                            }
                        }
                    }
                    for await _ in started { break }
                    group.cancelAll()
                    return await group.next() ?? nil
                }
                #expect(error?.code == .cancelled)
                #expect(ContinuousClock.now - begin < .seconds(60))
            }
        }
    }

    @Test("A connection that dies in mid-command is an outcome")
    func connectionDies() async throws {
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                // The shell's parent is the sshd of this very connection.
                let error = await #expect(throws: RemoteHostError.self) {
                    try await host.run(Command("echo last words; kill -9 $PPID; exec sleep 5", deadline: .seconds(20)))
                }
                #expect(error == RemoteHostError(.connectionLost, "the connection was lost while the command ran"))
            }
        }
    }

    @Test("A host that hangs after its banner is given up in time")
    func silenceAfterBanner() async throws {
        try await TestTCPServer.with(.says("SSH-2.0-Hanging\r\n")) { server in
            let error = try await connectionError(port: server.port)
            #expect(error?.code == .timedOut)
            #expect(error?.message.contains("did not finish the key exchange within 0.5 seconds") == true)
        }
    }

    @Test("A server of another kind is told by what it says")
    func otherProtocol() async throws {
        try await TestTCPServer.with(.saysAndCloses("220 mail.example ESMTP\r\n")) { server in
            let error = try await connectionError(port: server.port)
            #expect(error?.code == .unreachable)
            #expect(
                error?.message == "127.0.0.1 port \(server.port) is not an SSH server: it said “220 mail.example ESMTP”"
            )
        }
    }

    @Test("An sshd that punishes this address is told from other servers")
    func penalty() async throws {
        try await TestTCPServer.with(.saysAndCloses("Not allowed at this time\r\n")) { server in
            let error = try await connectionError(port: server.port)
            #expect(error?.message == "127.0.0.1 port \(server.port) lets nobody in from here at this time")
            #expect(error?.hint?.contains("PerSourcePenalties") == true)
        }
    }

    @Test("A host that closes at once is told from one that is silent")
    func closesAtOnce() async throws {
        try await TestTCPServer.with(.saysAndCloses("")) { server in
            let error = try await connectionError(port: server.port)
            #expect(error?.code == .unreachable)
            #expect(
                error?.message == "127.0.0.1 port \(server.port) closed the connection before it sent an SSH banner"
            )
        }
    }

    @Test("Noise after the banner is an outcome")
    func noise() async throws {
        let noise = "SSH-2.0-Noise\r\n" + String(repeating: "\u{7f}noise", count: 2000)
        try await TestTCPServer.with(.says(noise)) { server in
            let error = try await connectionError(port: server.port)
            #expect(error?.code == .unreachable)
        }
    }

    @Test("A name that cannot be resolved is unreachable")
    func unknownName() async throws {
        let error = try await connectionError(address: "no-such-host.invalid", port: 22, connect: .seconds(20))
        #expect(error?.code == .unreachable)
        #expect(error?.message == "the name no-such-host.invalid cannot be resolved")
    }

    @Test("A cancelled connection attempt returns at once", arguments: [false, true])
    func cancelledWhileConnecting(isFull: Bool) async throws {
        try await TestTCPServer.with(isFull ? .full : .silent) { server in
            try await TemporaryDirectory.with { directory in
                let connector = try await connector(
                    port: server.port,
                    deadlines: SSHDeadlines(connect: .seconds(300), handshake: .seconds(300)),
                    in: directory
                )
                let begin = ContinuousClock.now
                let error = await withTaskGroup { group in
                    group.addTask {
                        await #expect(throws: RemoteHostError.self) {
                            try await connector.withConnection(to: "bad") { _ in }
                        }
                    }
                    group.cancelAll()
                    return await group.next() ?? nil
                }
                #expect(error?.code == .cancelled)
                #expect(ContinuousClock.now - begin < .seconds(60))
            }
        }
    }

    @Test("A host that the connector does not know is unreachable")
    func unknownDestination() async throws {
        let connector = SSHConnector(destinations: [], knownHosts: try KnownHosts(files: []))
        let error = await #expect(throws: RemoteHostError.self) {
            try await connector.withConnection(to: "nobody") { _ in }
        }
        #expect(error?.code == .unreachable)
    }

    /// The error of a connection attempt that must fail before any key is of use.
    private func connectionError(
        address: String = "127.0.0.1",
        port: Int,
        connect: Duration = .milliseconds(500)
    ) async throws -> RemoteHostError? {
        try await TemporaryDirectory.with { directory in
            let connector = try await connector(
                address: address,
                port: port,
                deadlines: SSHDeadlines(connect: connect, handshake: .milliseconds(500)),
                in: directory
            )
            return await #expect(throws: RemoteHostError.self) {
                try await connector.withConnection(to: "bad") { _ in }
            }
        }
    }

    /// A connector that knows a host called "bad", and has a key to offer it.
    private func connector(
        address: String = "127.0.0.1",
        port: Int,
        deadlines: SSHDeadlines,
        in directory: TemporaryDirectory
    ) async throws -> SSHConnector {
        let key = try await SSHKeyFile.generate(.ed25519, at: directory.path.appending("key"))
        return SSHConnector(
            destinations: [
                SSHDestination(
                    name: "bad",
                    address: address,
                    port: port,
                    user: "nobody",
                    credentials: SSHCredentials(identityFiles: [key.path])
                )
            ],
            knownHosts: try KnownHosts(files: []),
            deadlines: deadlines
        )
    }
}
