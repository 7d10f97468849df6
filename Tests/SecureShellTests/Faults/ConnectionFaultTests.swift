import LockstepTestSupport
import RemoteHost
import SecureShell
import Testing

@Suite("Faults before a host is reached", .timeLimit(.minutes(2)))
struct ConnectionFaultTests {
    @Test("A host that refuses the connection is unreachable at once")
    func refused() async throws {
        try await FaultyServer.with(.refuses) { faulty in
            let error = await SSHTable.failure(.faults, "connection refused", on: .noServer) {
                try await faulty.connect()
            }
            #expect(error?.code == .unreachable)
            #expect(
                error?.message == "connection refused by \(faulty.proxy.address) port \(faulty.proxy.port)"
            )
        }
    }

    @Test("A black hole is given up when the time to connect is over")
    func blackHole() async throws {
        try await FaultyServer.with(.unanswered, connect: .milliseconds(500)) { faulty in
            let error = await SSHTable.failure(
                .faults,
                "black hole: no answer to the connection, 0.5 s allowed",
                on: .noServer,
                within: .seconds(5)
            ) { try await faulty.connect() }
            #expect(error?.code == .timedOut)
            #expect(error?.message.hasSuffix("within 0.5 seconds") == true)
        }
    }

    @Test("A host that accepts and says nothing is given up when the time for the handshake is over")
    func silent() async throws {
        try await FaultyServer.with(.silent, handshake: .milliseconds(500)) { faulty in
            let error = await SSHTable.failure(
                .faults,
                "accepts the connection and says nothing, 0.5 s allowed",
                on: .noServer,
                within: .seconds(5)
            ) { try await faulty.connect() }
            #expect(error?.code == .timedOut)
            #expect(error?.message.contains("sent no SSH banner within 0.5 seconds") == true)
        }
    }

    @Test("A banner that comes a byte a second is given up when the time for the handshake is over")
    func trickle() async throws {
        try await FaultyServer.with(.trickles(.seconds(1)), handshake: .milliseconds(2500)) { faulty in
            let error = await SSHTable.failure(
                .faults,
                "sends its banner a byte a second, 2.5 s allowed",
                on: faulty.server.peer,
                within: .seconds(8)
            ) { try await faulty.connect() }
            #expect(error?.code == .timedOut)
            #expect(error?.message.hasSuffix("began its SSH banner but did not end it within 2.5 seconds") == true)
        }
    }

    @Test("A server of another kind is told by what it says, with nothing in it that a terminal would obey")
    func garbage() async throws {
        let garbage = Array("\u{1b}[31mHTTP/1.1 400 Bad Request\u{7}\r\n\r\n".utf8) + [0, 0xff, 0xfe, 0x0a]
        try await FaultyServer.with(.says(garbage), handshake: .milliseconds(1500)) { faulty in
            let error = await SSHTable.failure(
                .faults,
                "says something else than an SSH banner, 1.5 s allowed",
                on: .noServer,
                within: .seconds(8)
            ) { try await faulty.connect() }
            #expect(error?.code == .unreachable)
            #expect(
                error?.message.hasSuffix("is not an SSH server: it said “?[31mHTTP/1.1 400 Bad Request?”") == true
            )
        }
    }

    @Test("Garbage without an end is not collected for ever")
    func endlessGarbage() async throws {
        let garbage = Array(String(repeating: "no line end; ", count: 1 << 18).utf8)
        try await FaultyServer.with(.says(garbage), handshake: .milliseconds(1500)) { faulty in
            let error = await SSHTable.failure(
                .faults,
                "says 3 MB without a line end, 1.5 s allowed",
                on: .noServer,
                within: .seconds(8)
            ) { try await faulty.connect() }
            #expect(error?.code == .unreachable)
        }
    }

    /// The banner has some 40 bytes, the lists of algorithms some 1000, the rest of the exchange some 600.
    @Test("A reset anywhere in the key exchange is an outcome", arguments: [1, 45, 300, 1100, 1300])
    func reset(bytes: Int) async throws {
        try await FaultyServer.with(.resets(after: bytes)) { faulty in
            let tried = "resets the connection after \(bytes) bytes"
            let error = await SSHTable.failure(.faults, tried, on: faulty.server.peer) {
                try await faulty.connect()
            }
            #expect(error?.code == .unreachable)
            #expect(error?.message.contains("closed the connection") == true)
        }
    }

    @Test("A host that vanishes in the key exchange is given up when its time is over", arguments: [0, 45, 300, 1100])
    func vanishes(bytes: Int) async throws {
        try await FaultyServer.with(.vanishes(after: bytes), handshake: .seconds(2)) { faulty in
            let tried = "vanishes after \(bytes) bytes, 2 s allowed"
            let error = await SSHTable.failure(.faults, tried, on: faulty.server.peer, within: .seconds(12)) {
                try await faulty.connect()
            }
            #expect(error?.code == .timedOut)
        }
    }

    @Test("A slow way is no fault")
    func delay() async throws {
        try await FaultyServer.with(.delays(.milliseconds(50))) { faulty in
            try await SSHTable.row(
                .faults,
                "50 ms of delay each way: connect, log in, one command",
                on: faulty.server.peer
            ) {
                let result = try await faulty.connector.withConnection(to: "faulty") { host in
                    try await host.run(Command("echo slow", deadline: .seconds(10)))
                }
                #expect(result.outputText == "slow\n")
                return "the command's result"
            }
        }
    }
}
