import LockstepTestSupport
import RemoteHost
import SecureShell
import Testing

@Suite("Faults while a command runs", .timeLimit(.minutes(2)))
struct CommandFaultTests {
    @Test("A reset while a command runs is an outcome")
    func reset() async throws {
        try await FaultyServer.with(.none) { faulty in
            let error = await SSHTable.failure(
                .faults,
                "resets the connection while a command runs",
                on: faulty.server.peer
            ) {
                try await faulty.run { await faulty.proxy.reset() }
            }
            #expect(error == RemoteHostError(.connectionLost, "the connection was lost while the command ran"))
        }
    }

    @Test("A host that vanishes while a command runs is noticed long before the command's deadline")
    func halfOpen() async throws {
        try await FaultyServer.with(.none, aliveInterval: .milliseconds(300)) { faulty in
            let error = await SSHTable.failure(
                .faults,
                "vanishes while a command runs, asked every 0.3 s whether it is there",
                on: faulty.server.peer,
                within: .seconds(10)
            ) { try await faulty.run { await faulty.proxy.vanish() } }
            #expect(error?.code == .connectionLost)
        }
    }

    @Test("A host that vanishes while a command runs is given up at the command's deadline at the latest")
    func halfOpenWithoutKeepalive() async throws {
        try await FaultyServer.with(.none) { faulty in
            let error = await SSHTable.failure(
                .faults,
                "vanishes while a command runs that may take 1 s",
                on: faulty.server.peer,
                within: .seconds(8)
            ) { try await faulty.run(deadline: .seconds(1)) { await faulty.proxy.vanish() } }
            #expect(error == RemoteHostError(.timedOut, "the command did not end within 1 second"))
        }
    }

    @Test("A host that goes down in mid-command is an outcome, and the next connection is refused")
    func reboot() async throws {
        try await LoopbackSSHServer.with { server in
            try await FaultProxy.with(.none, before: server.port) { proxy in
                let connector = try server.connector(through: proxy, deadlines: SSHDeadlines())
                let error = await SSHTable.failure(
                    .faults,
                    "reboots in mid-command: all processes killed",
                    on: server.peer
                ) {
                    try await connector.withConnection(to: "faulty") { host in
                        // The shell's parent serves this connection; with the listener nothing of the server is left.
                        let command = "kill -9 $(cat \(server.directory["sshd.pid"])) $PPID; exec sleep 5"
                        _ = try await host.run(Command(command, deadline: .seconds(20)))
                    }
                }
                #expect(error == RemoteHostError(.connectionLost, "the connection was lost while the command ran"))
                let next = await #expect(throws: RemoteHostError.self) { try await server.connected { _ in } }
                #expect(next?.code == .unreachable)
            }
        }
    }

    @Test("A host that opens no further session says so, and the connection stays good")
    func sessionLimit() async throws {
        try await LoopbackSSHServer.with {
            $0.configuration = ["MaxSessions 1"]
        } _: { server in
            try await server.connected { host in
                let (lines, feed) = AsyncStream<[UInt8]>.makeStream()
                let (started, tellStarted) = AsyncStream<Void>.makeStream()
                async let held = host.run(
                    Command("echo held; read line; echo $line", laterInput: lines, deadline: .seconds(20))
                ) { _ in tellStarted.yield() }
                for await _ in started { break }
                let error = await SSHTable.failure(
                    .faults,
                    "a second command at a time, MaxSessions 1",
                    on: server.peer
                ) {
                    _ = try await host.run(Command("true", deadline: .seconds(10)))
                }
                #expect(error?.code == .connectionLost)
                #expect(error?.message == "the host opens no further session on the connection")
                #expect(error?.keepsConnection == true)
                feed.yield(Array("over\n".utf8))
                feed.finish()
                let result = try await held
                #expect(result.outputText == "held\nover\n")
            }
        }
    }
}
