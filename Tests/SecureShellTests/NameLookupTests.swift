import LockstepTestSupport
import NIOCore
import RemoteHost
import Synchronization
import Testing

@testable import SecureShell

@Suite("Name look-ups", .timeLimit(.minutes(1)))
struct NameLookupTests {
    @Test("A look-up that nobody answers is made again, with pauses that grow")
    func retry() async throws {
        let tries = Mutex<[ContinuousClock.Instant]>([])
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: 22)
        let lookup = NameLookup { _, _ in
            tries.withLock { $0.append(.now) }
            return tries.withLock(\.count) < 3 ? .failure(.noAnswer("later")) : .success([address])
        }
        let found = try await lookup.addresses(of: "web1", port: 22, within: .seconds(10))
        #expect(found == [address])
        let times = tries.withLock { $0 }
        #expect(times.count == 3)
        // Half of 200 ms and of 400 ms at least, one and a half at most.
        #expect((times[1] - times[0]) >= .milliseconds(100))
        #expect((times[2] - times[1]) >= .milliseconds(200))
    }

    @Test("A look-up that is never answered ends within its time, with the system's words")
    func neverAnswered() async throws {
        let lookup = NameLookup { _, _ in .failure(.noAnswer("the server is away")) }
        let start = ContinuousClock.now
        let error = await #expect(throws: RemoteHostError.self) {
            try await lookup.addresses(of: "web1", port: 22, within: .seconds(1))
        }
        #expect(ContinuousClock.now - start < .seconds(2))
        #expect(error?.code == .unreachable)
        #expect(error?.message.hasSuffix("times: the server is away") == true)
    }

    @Test("A look-up that hangs is given up in time")
    func hanging() async throws {
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let isOver = Mutex(false)
        let lookup = NameLookup { _, _ in
            while !isOver.withLock({ $0 }) {}
            release.finish()
            return .failure(.unknownName)
        }
        let error = await #expect(throws: RemoteHostError.self) {
            try await lookup.addresses(of: "web1", port: 22, within: .milliseconds(200))
        }
        isOver.withLock { $0 = true }
        for await _ in released {}
        #expect(error?.code == .timedOut)
        #expect(error?.message == "the name web1 could not be looked up within 0.2 seconds")
    }

    @Test("A name that does not exist is not asked for again")
    func unknownName() async throws {
        let tries = Mutex(0)
        let lookup = NameLookup { _, _ in
            tries.withLock { $0 += 1 }
            return .failure(.unknownName)
        }
        let error = await #expect(throws: RemoteHostError.self) {
            try await lookup.addresses(of: "wbe1", port: 22, within: .seconds(10))
        }
        #expect(error?.message == "the name wbe1 cannot be resolved")
        #expect(tries.withLock { $0 } == 1)
    }

    @Test("The system knows the names of this machine, and addresses with a zone")
    func system() async throws {
        let local = try await NameLookup.system.addresses(of: "localhost", port: 22, within: .seconds(10))
        #expect(local.contains { $0.ipAddress == "127.0.0.1" || $0.ipAddress == "::1" })
        let begin = ContinuousClock.now
        let zoned = try await NameLookup.system.addresses(of: "fe80::1%lo", port: 22, within: .seconds(10))
        #expect(zoned.first?.ipAddress == "fe80::1")
        // The same address without its zone is another one.
        #expect(try zoned.first != SocketAddress(ipAddress: "fe80::1", port: 22))
        let outcome = "looked up as the address in its zone"
        SSHTable.record(
            .waysIn,
            "an address with a zone",
            on: .nobody,
            outcome: outcome,
            after: ContinuousClock.now - begin
        )
    }

    @Test("Of a name's addresses the one that answers is taken, and shown", arguments: ["127.0.0.9", "full"])
    func severalAddresses(first: String) async throws {
        try await TestTCPServer.with(.full) { hole in
            try await LoopbackSSHServer.with { server in
                let addresses = [
                    first == "full"
                        ? try SocketAddress(ipAddress: "127.0.0.1", port: hole.port)
                        : try SocketAddress(ipAddress: first, port: server.port),
                    try SocketAddress(ipAddress: "127.0.0.1", port: server.port),
                ]
                let destination = SSHDestination(
                    name: "web1",
                    address: "web1.example",
                    port: server.port,
                    user: server.user,
                    credentials: SSHCredentials(identityFiles: [server.clientKey.path]),
                    hostKeyRule: HostKeyRule(pins: [try await server.hostKeys[0].fingerprint()])
                )
                let settings = SSHSettings(
                    knownHosts: KnownHostsStore(standard: try KnownHosts(files: [])),
                    policy: .refuseUnknown,
                    deadlines: SSHDeadlines(),
                    keys: KeyRing(defaults: []),
                    lookup: NameLookup { _, _ in .success(addresses) }
                )
                let tried = "a name with two addresses, the first \(first == "full" ? "a black hole" : "refuses")"
                try await SSHTable.row(.waysIn, tried, on: server.peer) {
                    let attempt = ConnectionAttempt(destination: destination, settings: settings)
                    let (link, times) = try await attempt.open()
                    await link.close(within: .seconds(1))
                    #expect(times.address == "127.0.0.1")
                    #expect(times.lookup != nil)
                    // The first one alone would have taken all of the ten seconds to connect.
                    #expect(times.connect < .seconds(8))
                    return "let in by the second"
                }
            }
        }
    }
}
