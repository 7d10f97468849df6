import LockstepTestSupport
import RemoteHost
import SecureShell
import Testing

@Suite("Odd ends and odd output of commands", .timeLimit(.minutes(2)))
struct CommandOutcomeTests {
    @Test("A disk that is full while a script runs shows as the script's own failure, output and all")
    func diskFull() async throws {
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                try await SSHTable.row(.faults, "a script writes to a full disk", on: server.peer) {
                    // The kernel's own full disk; a script needs no file of its own on the host.
                    let result = try await host.run(
                        .script("echo before; echo data >/dev/full || exit 28; echo after", deadline: .seconds(10))
                    )
                    #expect(result.exit == .status(28))
                    #expect(result.outputText == "before\n")
                    #expect(
                        result.errorText.contains("No space left on device") || result.errorText.contains("I/O error")
                    )
                    return "the script's status and its output up to there"
                }
            }
        }
    }

    @Test("Any byte passes through, in both streams")
    func anyByte() async throws {
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                try await SSHTable.row(.faults, "output with NUL, ESC and invalid UTF-8", on: server.peer) {
                    let bytes =
                        (0...255).map { UInt8($0) } + [
                            0x1b, 0x5b, 0x32, 0x4a, 0xc3, 0x28, 0xff, 0xfe, 0xed, 0xa0, 0x80, 0,
                        ]
                    let result = try await host.run(
                        Command("tee /dev/stderr", input: bytes, deadline: .seconds(10))
                    )
                    #expect(result.standardOutput == bytes)
                    #expect(result.standardError == bytes)
                    return "the same bytes"
                }
            }
        }
    }

    @Test("A signal is told as a signal, by its name", arguments: ["TERM", "KILL", "SEGV"])
    func signal(name: String) async throws {
        try await LoopbackSSHServer.with { server in
            try await server.connected { host in
                try await SSHTable.row(.faults, "the command ends by SIG\(name)", on: server.peer) {
                    let result = try await host.run(Command("ulimit -c 0; kill -\(name) $$", deadline: .seconds(10)))
                    #expect(result.exit == .signal(name))
                    return "signal \(name), not a status"
                }
            }
        }
    }
}
