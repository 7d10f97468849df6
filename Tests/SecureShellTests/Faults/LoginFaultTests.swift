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
                // Whether the last answer still arrives before the end is a matter of luck: then two keys are named.
                #expect(error?.message.hasPrefix("the host closed the connection after it had refused ") == true)
                #expect(error?.message.contains("other0 (Ed25519 SHA256:") == true)
                #expect(error?.message.contains("other2") == false)
                let namesLimit = error?.hint?.contains("MaxAuthTries") == true
                #expect(namesLimit)
                return namesLimit
                    ? "authenticationFailed: names the keys that were refused, and MaxAuthTries"
                    : "\(error?.message ?? "let in")"
            }
        }
    }

    @Test("A connection that is lost during the login of an RSA key is no refusal of the key")
    func resetDuringRSA() async throws {
        try await TemporaryDirectory.with { directory in
            let marker = directory.path.appending("asked")
            try await LoopbackSSHServer.with {
                $0.configuration = [
                    "AuthorizedKeysFile none", "AuthorizedKeysCommandUser root",
                    "AuthorizedKeysCommand /bin/sh -c \"touch \(marker); exec sleep 3\"",
                ]
            } _: { server in
                // Of a protected PEM file without its public half, nothing is known but that it is RSA.
                let path = server.directory.path.appending("mine")
                _ = try await SSHKeyFile.generate(.rsa, at: path, form: .pem, passphrase: "secret")
                try FileManager.default.removeItem(atPath: path.string + ".pub")
                try await FaultProxy.with(.none, before: server.port) { proxy in
                    var destination = try server.destination("faulty", at: proxy)
                    destination.credentials = SSHCredentials(identityFiles: [path])
                    let connector = SSHConnector(
                        destinations: [destination],
                        knownHosts: try KnownHosts(files: []),
                        passphrases: .fixed(Secret("secret"))
                    )
                    let error = await SSHTable.failure(
                        .faults,
                        "resets the connection while an RSA key is offered",
                        on: server.peer
                    ) {
                        try await withThrowingTaskGroup { group in
                            group.addTask {
                                while directory.read("asked") == nil { try await Task.sleep(for: .milliseconds(5)) }
                                await proxy.reset()
                            }
                            defer { group.cancelAll() }
                            try await connector.withConnection(to: "faulty") { _ in }
                        }
                    }
                    #expect(error?.code == .connectionLost)
                    #expect(error?.message.hasSuffix("closed the connection during the login") == true)
                }
            }
        }
    }

    @Test("A host that does not make up its mind about a key is given up when its time is over")
    func undecided() async throws {
        try await LoopbackSSHServer.with {
            // It asks a program for the keys, and waits for its end.
            $0.configuration = [
                "AuthorizedKeysFile none", "AuthorizedKeysCommand /bin/sleep 15",
                "AuthorizedKeysCommandUser \(NSUserName())",
            ]
        } _: { server in
            let deadlines = SSHDeadlines(authentication: .milliseconds(700))
            let error = await SSHTable.failure(
                .faults,
                "does not answer the login, 0.7 s allowed",
                on: server.peer,
                within: .seconds(12)
            ) { try await server.connector(deadlines: deadlines).withConnection(to: "loopback") { _ in } }
            #expect(error?.code == .timedOut)
            #expect(error?.message.contains("did not answer the login of") == true)
        }
    }
}
