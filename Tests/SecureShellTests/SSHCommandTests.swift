import LockstepTestSupport
import RemoteHost
import SecureShell
import Synchronization
import SystemPackage
import Testing

@Suite("Commands over SSH", .timeLimit(.minutes(2)))
struct SSHCommandTests {
    @Test("A command's status, streams and input pass through")
    func commandRuns() async throws {
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                let result = try await host.run(
                    Command("cat; echo oops >&2; exit 7", input: Array("hello".utf8), deadline: .seconds(10))
                )
                #expect(result.exit == .status(7))
                #expect(result.outputText == "hello")
                #expect(result.errorText == "oops\n")
            }
        }
    }

    @Test("A command without input reads an empty file")
    func inputEnds() async throws {
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                let result = try await host.run(Command("wc -c", deadline: .seconds(10)))
                #expect(result.outputText.contains("0"))
            }
        }
    }

    @Test("A script runs by a shell that sees nothing of it on its command line")
    func scriptRuns() async throws {
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                let result = try await host.run(
                    .script("cat; printf '%s' \"it's fine\"; (exit 3)", deadline: .seconds(10))
                )
                #expect(result.exit == .status(3))
                #expect(result.outputText == "it's fine")
            }
        }
    }

    @Test("Eight megabytes pass through in both directions at once, byte for byte")
    func largeStreams() async throws {
        let bytes = (0..<8 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 9)) }
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                let result = try await host.run(
                    Command("tee /dev/stderr", input: bytes, deadline: .seconds(60))
                )
                #expect(result.succeeded)
                #expect(result.standardOutput == bytes)
                #expect(result.standardError == bytes)
            }
        }
    }

    @Test("New keys in mid-stream do not lose a byte")
    func rekeying() async throws {
        let bytes = (0..<6 << 20).map { UInt8(truncatingIfNeeded: $0 &* 17 ^ ($0 >> 7)) }
        try await LoopbackSSHServer.with {
            $0.configuration = ["RekeyLimit 1M"]
        } _: { server in
            try await server.connected { host in
                let result = try await host.run(Command("cat", input: bytes, deadline: .seconds(60)))
                #expect(result.standardOutput == bytes)
                let again = try await host.run(Command("echo alive", deadline: .seconds(10)))
                #expect(again.outputText == "alive\n")
            }
        }
    }

    @Test("A command that ends without reading its input has its status all the same")
    func unreadInput() async throws {
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                let result = try await host.run(
                    Command("exit 5", input: [UInt8](repeating: 65, count: 4 << 20), deadline: .seconds(10))
                )
                #expect(result.exit == .status(5))
            }
        }
    }

    @Test("A command that closes its output early keeps its input and its status")
    func outputClosedEarly() async throws {
        try await LoopbackSSHServer.with { server in
            let file = server.directory.path.appending("arrived")
            try await server.connected { host in
                let result = try await host.run(
                    Command(
                        "exec >&- 2>&-; cat > \(file); sleep 0.2; exit 9",
                        input: [UInt8](repeating: 66, count: 3 << 20),
                        deadline: .seconds(20)
                    )
                )
                #expect(result.exit == .status(9))
                #expect(server.directory.read("arrived")?.utf8.count == 3 << 20)
            }
        }
    }

    @Test("Output is told as it comes, before the command has ended")
    func outputAsItComes() async throws {
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                let (lines, feed) = AsyncStream<[UInt8]>.makeStream()
                let seen = Mutex<[OutputChunk]>([])
                // The command waits for an answer to its own output: no end of it without the chunk.
                let command = Command(
                    "echo ready; read answer; echo \"got $answer\" >&2",
                    laterInput: lines,
                    deadline: .seconds(10)
                )
                let result = try await host.run(command) { chunk in
                    let isFirst = seen.withLock { seen in
                        seen.append(chunk)
                        return seen.count == 1
                    }
                    if isFirst {
                        feed.yield(Array("yes\n".utf8))
                        feed.finish()
                    }
                }
                #expect(result.succeeded)
                #expect(
                    seen.withLock { $0 } == [
                        .standardOutput(Array("ready\n".utf8)), .standardError(Array("got yes\n".utf8)),
                    ]
                )
            }
        }
    }

    @Test("Commands run side by side on one connection, short ones while a long one waits")
    func sideBySide() async throws {
        try await LoopbackSSHServer.with { server in
            let connector = try server.connector()
            try await connector.withConnection(to: "loopback") { host in
                let (lines, feed) = AsyncStream<[UInt8]>.makeStream()
                try await withThrowingTaskGroup { group in
                    group.addTask {
                        try await host.run(
                            .conversation("echo held; read line; echo \"$line\"", lines: lines, deadline: .seconds(20))
                        )
                    }
                    for number in 0..<20 {
                        let result = try await host.run(Command("echo \(number)", deadline: .seconds(10)))
                        #expect(result.outputText == "\(number)\n")
                    }
                    try await withThrowingTaskGroup { inner in
                        for number in 0..<8 {
                            inner.addTask {
                                let input = [UInt8](repeating: UInt8(number), count: 1 << 20)
                                let result = try await host.run(
                                    Command("cat; exit \(number)", input: input, deadline: .seconds(30))
                                )
                                #expect(result.standardOutput == input)
                                #expect(result.exit == .status(Int32(number)))
                            }
                        }
                        try await inner.waitForAll()
                    }
                    feed.yield(Array("over\n".utf8))
                    feed.finish()
                    let held = try await group.next()
                    #expect(held?.outputText == "held\nover\n")
                }
            }
            #expect(connector.statistics.commands == ["loopback": 29])
            #expect(connector.statistics.connections == ["loopback": 1])
        }
    }

    @Test("Later input is written as the host takes it, however much it is")
    func laterInputIsPaced() async throws {
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                let piece = [UInt8](repeating: 67, count: 512 << 10)
                let (pieces, feed) = AsyncStream<[UInt8]>.makeStream()
                for _ in 0..<12 { feed.yield(piece) }
                feed.finish()
                let result = try await host.run(
                    Command("wc -c", input: Array("x".utf8), laterInput: pieces, deadline: .seconds(30))
                )
                #expect(result.outputText.contains("\(12 * piece.count + 1)"))
            }
        }
    }

    @Test("A host that asks whether anybody is there is answered, also while nothing runs")
    func idleConnection() async throws {
        try await LoopbackSSHServer.with {
            $0.configuration = ["ClientAliveInterval 1", "ClientAliveCountMax 1"]
        } _: { server in
            try await server.connected { host in
                _ = try await host.run(Command("true", deadline: .seconds(10)))
                // Longer than the host waits for an answer.
                try await Task.sleep(for: .seconds(4))
                let result = try await host.run(Command("echo still here", deadline: .seconds(10)))
                #expect(result.outputText == "still here\n")
            }
        }
    }

    @Test("A command that ends before its later input does is over")
    func laterInputOutlived() async throws {
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                let (pieces, feed) = AsyncStream<[UInt8]>.makeStream()
                let result = try await host.run(Command("echo bye", laterInput: pieces, deadline: .seconds(10)))
                #expect(result.outputText == "bye\n")
                feed.finish()
            }
        }
    }

    @Test("A command that ends while its later input waits for room is over")
    func laterInputUnread() async throws {
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                let (pieces, feed) = AsyncStream<[UInt8]>.makeStream()
                feed.yield([UInt8](repeating: 68, count: 8 << 20))
                let result = try await host.run(Command("exit 3", laterInput: pieces, deadline: .seconds(10)))
                #expect(result.exit == .status(3))
            }
        }
    }
}
