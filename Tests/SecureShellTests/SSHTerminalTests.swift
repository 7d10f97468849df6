import LockstepTestSupport
import RemoteHost
import SecureShell
import Testing

@Suite("A terminal over SSH", .timeLimit(.minutes(1)))
struct SSHTerminalTests {
    @Test("It changes no byte in either direction, and shows none back")
    func raw() async throws {
        // Every byte beside every other, and more than it holds at a time.
        let bytes = (0..<65536).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                let result = try await host.run(
                    Command("head -c \(bytes.count)", input: bytes, deadline: .seconds(20), usesTerminal: true)
                )
                #expect(result.succeeded)
                #expect(result.standardOutput == bytes)
            }
        }
    }

    @Test("The end of input is an empty line there")
    func endOfInput() async throws {
        let (lines, sender) = AsyncStream.makeStream(of: [UInt8].self)
        sender.yield(Array("two\n".utf8))
        sender.finish()
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                let command = Command(
                    "head -n 3",
                    input: Array("one\n".utf8),
                    laterInput: lines,
                    deadline: .seconds(20),
                    usesTerminal: true
                )
                let answer = try await host.run(command)
                #expect(answer.outputText == "one\ntwo\n\n")
            }
        }
    }

    @Test("Where there is none, a password for doas has no way in, and that is said")
    func refused() async throws {
        try await LoopbackSSHServer.with {
            $0.configuration = ["PermitTTY no"]
        } _: { server in
            try await server.connected { host in
                let privilege = Privilege.doas(user: "root", password: Secret("p"))
                let command = Command.script("id", privilege: privilege, deadline: .seconds(20))
                let tried = "PermitTTY no, and a password for doas"
                let error = await SSHTable.failure(.waysIn, tried, on: server.peer) { _ = try await host.run(command) }
                #expect(error?.code == .shellRefused)
                #expect(error?.message.contains("terminal") == true)
                let answer = try await host.run(.script("echo still here", deadline: .seconds(20)))
                #expect(answer.succeeded)
            }
        }
    }
}
