import Foundation
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

    @Test("Pauses double, and no two hosts make the same ones")
    func pauses() {
        let even = NameLookup(ask: { _, _ in .success([]) }, spread: { 1 })
        #expect((1...4).map { even.pause(after: $0) } == [200, 400, 800, 1600].map { .milliseconds($0) })
        #expect((1...3).map { even.patience(after: $0) } == [2500, 5000, 10_000].map { .milliseconds($0) })
        let spreads = (0..<1000).map { _ in NameLookup.system.spread() }
        #expect(spreads.allSatisfy { (0.5...1.5).contains($0) })
        // As good as never by chance: they fill what they may.
        #expect(spreads.contains { $0 < 0.6 } && spreads.contains { $0 > 1.4 })
        let long = NameLookup(ask: { _, _ in .success([]) }, spread: { 1.5 })
        #expect(long.pause(after: 1) == .milliseconds(300) && long.patience(after: 1) == .milliseconds(3750))
    }

    @Test("A name server that is silent is asked again beside, and the first answer counts")
    func silentOnce() async throws {
        let tries = Mutex(0)
        let isOver = Mutex(false)
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: 22)
        let lookup = NameLookup(
            ask: { _, _ in
                guard
                    tries.withLock({ tries in
                        tries += 1
                        return tries == 1
                    })
                else { return .success([address]) }
                while !isOver.withLock({ $0 }) { usleep(10_000) }
                return .failure(.noAnswer("too late"))
            },
            spread: { 0.1 }
        )
        let begin = ContinuousClock.now
        let found = try await lookup.addresses(of: "web1", port: 22, within: .seconds(10))
        isOver.withLock { $0 = true }
        #expect(found == [address])
        #expect(tries.withLock { $0 } == 2)
        SSHTable.record(
            .faults,
            "a name server that answers the second try only",
            on: .nobody,
            outcome: "the name's addresses",
            after: ContinuousClock.now - begin
        )
    }

    @Test("Names that nobody answers for keep no thread from others")
    func manySilent() async throws {
        let isOver = Mutex(false)
        let silent = NameLookup { _, _ in
            while !isOver.withLock({ $0 }) { usleep(10_000) }
            return .failure(.noAnswer("too late"))
        }
        defer { isOver.withLock { $0 = true } }
        await withTaskGroup { group in
            for number in 0..<100 {
                group.addTask {
                    _ = try? await silent.addresses(of: "web\(number)", port: 22, within: .milliseconds(200))
                }
            }
        }
        let begin = ContinuousClock.now
        // All hundred are still under way.
        let found = try await NameLookup.system.addresses(of: "localhost", port: 22, within: .seconds(10))
        #expect(!found.isEmpty)
        SSHTable.record(
            .faults,
            "a known name, beside a hundred that no name server answers for",
            on: .nobody,
            outcome: "the name's addresses",
            after: ContinuousClock.now - begin
        )
    }

    @Test("A look-up that is never answered ends within its time, with the system's words")
    func neverAnswered() async throws {
        let lookup = NameLookup { _, _ in .failure(.noAnswer("the server is away")) }
        let start = ContinuousClock.now
        let tried = "a name that no name server knows about, 1 s allowed"
        let error = await SSHTable.failure(.faults, tried, on: .nobody) {
            _ = try await lookup.addresses(of: "web1", port: 22, within: .seconds(1))
        }
        #expect(ContinuousClock.now - start < .seconds(20), "else there would be no end")
        #expect(error?.code == .unreachable)
        #expect(error?.message.hasSuffix("times: the server is away") == true)
    }

    @Test("A look-up that hangs is given up in time")
    func hanging() async throws {
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let isOver = Mutex(false)
        let lookup = NameLookup { _, _ in
            while !isOver.withLock({ $0 }) { usleep(10_000) }
            release.finish()
            return .failure(.unknownName)
        }
        let tried = "a name server that is silent, 0.2 s allowed"
        let error = await SSHTable.failure(.faults, tried, on: .nobody, within: .seconds(5)) {
            _ = try await lookup.addresses(of: "web1", port: 22, within: .milliseconds(200))
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
        let error = await SSHTable.failure(.faults, "a name that does not exist", on: .nobody) {
            _ = try await lookup.addresses(of: "wbe1", port: 22, within: .seconds(10))
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
