import LockstepTestSupport
import RemoteHost
import SecureShell
import Testing

@Suite("Algorithms", .timeLimit(.minutes(1)))
struct AlgorithmTests {
    @Test(
        "A host that offers one of the algorithms of today is reached",
        arguments: [
            "Ciphers aes256-ctr", "Ciphers aes128-ctr", "MACs hmac-sha2-512", "KexAlgorithms ecdh-sha2-nistp521",
            "KexAlgorithms diffie-hellman-group16-sha512", "KexAlgorithms diffie-hellman-group14-sha256",
        ]
    )
    func today(line: String) async throws {
        try await LoopbackSSHServer.with {
            $0.configuration = [line]
        } _: { server in
            let error = try await SSHTable.login(.waysIn, "the host offers \(line) alone", on: server.peer) {
                try await server.connected { host in
                    let result = try await host.run(Command("echo ok", deadline: .seconds(10)))
                    #expect(result.outputText == "ok\n")
                }
            }
            #expect(error == nil)
        }
    }

    @Test(
        "A host that offers broken algorithms only is refused, though libssh2 would take them",
        arguments: ["Ciphers aes256-cbc", "MACs hmac-md5", "KexAlgorithms diffie-hellman-group1-sha1"]
    )
    func broken(line: String) async throws {
        try await LoopbackSSHServer.with {
            $0.configuration = [line]
        } _: { server in
            let error = await SSHTable.failure(.waysIn, "the host offers \(line) alone", on: server.peer) {
                try await server.connected { _ in }
            }
            #expect(error?.code == .unreachable)
            #expect(error?.message.contains("have no algorithm in common") == true)
        }
    }
}
