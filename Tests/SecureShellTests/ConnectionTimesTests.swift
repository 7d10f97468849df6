import LockstepTestSupport
import RemoteHost
import SecureShell
import Synchronization
import Testing

@Suite("What a connection knows of itself", .timeLimit(.minutes(1)))
struct ConnectionTimesTests {
    @Test("Each step to it has its time, and they add up to no more than the whole")
    func times() async throws {
        try await LoopbackSSHServer.with { server in
            let start = ContinuousClock.now
            let connection = try await server.connector().connect(to: "loopback")
            let whole = ContinuousClock.now - start
            await connection.close()
            let times = connection.times
            #expect(times.address == "127.0.0.1")
            #expect(min(times.connect, times.handshake, times.authentication) > .zero)
            #expect(times.connect + times.handshake + times.authentication <= whole)
        }
    }

    @Test("Output that a command does not want collected comes piece by piece, and is not kept")
    func uncollected() async throws {
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                var command = Command("head -c 300000 /dev/zero; echo error >&2; exit 3", deadline: .seconds(20))
                command.collectsOutput = false
                let count = Counter()
                let result = try await host.run(command) { count.add($0) }
                #expect(result == CommandResult(exit: .status(3)))
                #expect(count.total == 300_006)
            }
        }
    }

    private final class Counter: Sendable {
        private let bytes = Mutex(0)
        var total: Int { bytes.withLock { $0 } }
        func add(_ chunk: OutputChunk) {
            switch chunk {
            case .standardOutput(let piece), .standardError(let piece): bytes.withLock { $0 += piece.count }
            }
        }
    }
}
