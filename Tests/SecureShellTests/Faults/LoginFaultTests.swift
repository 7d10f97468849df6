import Foundation
import LockstepTestSupport
import RemoteHost
import SecureShell
import SystemPackage
import Testing

@Suite("Faults of a login", .timeLimit(.minutes(2)))
struct LoginFaultTests {
    @Test("A host that allows no way to log in is told so")
    func noMethod() async throws {
        try await LoopbackSSHServer.with {
            $0.configuration = [
                "AuthenticationMethods any", "PubkeyAuthentication no", "PasswordAuthentication no",
                "KbdInteractiveAuthentication no",
            ]
        } _: { server in
            let error = await SSHTable.failure(.faults, "allows no way to log in", on: server.peer) {
                try await server.connected { _ in }
            }
            #expect(error?.code == .authenticationFailed)
            #expect(error?.message.contains("the host offers no way to log in") == true)
        }
    }

    @Test("A host that ends the login after too many keys is told with the limit's name")
    func tooManyTries() async throws {
        try await LoopbackSSHServer.with {
            $0.configuration = ["MaxAuthTries 2"]
        } _: { server in
            var paths: [FilePath] = []
            for number in 0..<4 {
                let path = server.directory.path.appending("other\(number)")
                paths.append(try await SSHKeyFile.generate(.ed25519, at: path).path)
            }
            let connector = try server.connector(identityFiles: paths)
            await SSHTable.row(.faults, "four wrong keys, MaxAuthTries 2", on: server.peer) {
                let error = await #expect(throws: RemoteHostError.self) {
                    try await connector.withConnection(to: "loopback") { _ in }
                }
                #expect(error?.code == .authenticationFailed)
                #expect(error?.hint?.contains("MaxAuthTries") == true)
                // Whether the last answer still arrives before the end is a matter of luck.
                return "authenticationFailed: names the keys that were refused, and MaxAuthTries"
            }
        }
    }

    @Test("A host that does not make up its mind about a key is given up when its time is over")
    func undecided() async throws {
        try await LoopbackSSHServer.with {
            // It asks a program for the keys, and waits for its end.
            $0.configuration = [
                "AuthorizedKeysFile none", "AuthorizedKeysCommand /bin/sleep 3",
                "AuthorizedKeysCommandUser \(NSUserName())",
            ]
        } _: { server in
            let deadlines = SSHDeadlines(authentication: .milliseconds(700))
            let error = await SSHTable.failure(
                .faults,
                "does not answer the login, 0.7 s allowed",
                on: server.peer,
                within: .milliseconds(2900)
            ) { try await server.connector(deadlines: deadlines).withConnection(to: "loopback") { _ in } }
            #expect(error?.code == .timedOut)
            #expect(error?.message.contains("did not answer the login of") == true)
        }
    }
}
