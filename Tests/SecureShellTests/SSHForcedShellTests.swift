import LockstepTestSupport
import RemoteHost
import SecureShell
import Testing

@Suite("A forced command", .timeLimit(.minutes(1)))
struct SSHForcedShellTests {
    @Test("One that is a shell takes a script as well, but not in another user's place", arguments: ["sh", "sh -s"])
    func shell(command: String) async throws {
        try await LoopbackSSHServer.with {
            $0.configuration = ["ForceCommand \(command)"]
        } _: { server in
            try await server.connected { host in
                let script = Command.script("echo noise >&2; echo mine; cat", deadline: .seconds(10))
                try await SSHTable.row(.waysIn, "ForceCommand \(command)", on: server.peer) {
                    let answer = try await host.run(script)
                    #expect(answer.outputText == "mine\n")
                    return "let in, and runs the script"
                }
                let other = Command.script("pwd", privilege: .sudo(user: "root"), deadline: .seconds(10))
                let tried = "ForceCommand \(command), and another user's rights"
                let error = await SSHTable.failure(.waysIn, tried, on: server.peer) { _ = try await host.run(other) }
                #expect(error?.code == .shellRefused)
                #expect(error?.message.contains("forced command") == true)
            }
        }
    }

    @Test("One that runs what was asked for changes nothing")
    func wrapper() async throws {
        try await LoopbackSSHServer.with {
            $0.configuration = [#"ForceCommand echo welcome; eval "$SSH_ORIGINAL_COMMAND""#]
        } _: { server in
            try await server.connected { host in
                try await SSHTable.row(.waysIn, "ForceCommand that runs what was asked for", on: server.peer) {
                    let result = try await host.run(.script("echo mine; exit 4", deadline: .seconds(10)))
                    #expect(result.outputText == "mine\n")
                    #expect(result.exit == .status(4))
                    return "let in, and runs the script"
                }
            }
        }
    }

    @Test("One that runs no shell is told with its own words")
    func other() async throws {
        try await LoopbackSSHServer.with {
            $0.configuration = ["ForceCommand echo 'backups only'"]
        } _: { server in
            try await server.connected { host in
                let command = Command.script("pwd", deadline: .seconds(10))
                let error = await SSHTable.failure(.waysIn, "ForceCommand that runs no shell", on: server.peer) {
                    _ = try await host.run(command)
                }
                #expect(error?.message == "the login shell did not start sh (status 0): backups only")
                #expect(error?.hint?.contains("login shell") == true)
            }
        }
    }
}
