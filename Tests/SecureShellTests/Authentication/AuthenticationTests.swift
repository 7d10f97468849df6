import LockstepTestSupport
import RemoteHost
import SystemPackage
import Testing

@testable import SecureShell

@Suite("Logging in", .timeLimit(.minutes(2)))
struct AuthenticationTests {
    @Test(
        "A private key of each usual kind and form lets its owner in",
        arguments: [
            (SSHKeyFile.Kind.ed25519, SSHKeyFile.Form.openSSH), (.ed25519, .pkcs8),
            (.ecdsa, .openSSH), (.ecdsa, .pem), (.ecdsa, .pkcs8),
            (.rsa, .openSSH), (.rsa, .pem), (.rsa, .pkcs8),
        ]
    )
    func keyKinds(kind: SSHKeyFile.Kind, form: SSHKeyFile.Form) async throws {
        try await LoopbackSSHServer.with { server in
            let key = try await SSHKeyFile.generate(kind, at: server.directory.path.appending("mine"), form: form)
            try server.directory.write(key.publicKey + "\n", to: "authorized_keys")
            let tried = "\(kind) key in \(form.rawValue) form"
            #expect(try await server.result(of: SSHCredentials(identityFiles: [key.path]), as: tried) == nil)
        }
    }

    @Test("An RSA key in a form that libssh2 has to read lets its owner in, or the way out is named")
    func rsaByLibrary() async throws {
        try await LoopbackSSHServer.with {
            $0.isAuthorised = false
        } _: { server in
            // Too small for anything but libssh2.
            let path = server.directory.path.appending("small")
            try await runLocally("openssl", ["genrsa", "-traditional", "-out", path.string, "1024"])
            let error = await failure(
                "rsa key of 1024 bits, which the host does not know",
                on: server.peer,
                try server.connector(identityFiles: [path])
            )
            #expect(error?.code == .authenticationFailed)
            if !LibSSH2Library.signsRSAWithSHA2 {
                #expect(error?.message.contains("cannot sign with RSA keys as newer servers want it") == true)
                #expect(error?.hint?.contains("Ed25519") == true)
            }
        }
    }

    @Test("An RSA key lets its owner in where the host takes SHA-1 signatures")
    func rsaWithSHA1() async throws {
        try await LoopbackSSHServer.with {
            $0.configuration = ["PubkeyAcceptedAlgorithms +ssh-rsa"]
            $0.clientKey = .rsa
        } _: { server in
            let credentials = SSHCredentials(identityFiles: [server.clientKey.path])
            let tried = "rsa key, SHA-1 signatures allowed too"
            let error = try await server.result(of: credentials, as: tried)
            #expect(error == nil)
        }
    }

    @Test("A key that the host does not know is refused with what the host offers")
    func wrongKey() async throws {
        try await LoopbackSSHServer.with {
            $0.isAuthorised = false
        } _: { server in
            let error = await failure("a key that the host does not know", on: server.peer, try server.connector())
            let fingerprint = try await server.clientKey.fingerprint()
            #expect(error?.code == .authenticationFailed)
            #expect(
                error?.message
                    == "\(server.user) was not let in: the host offers publickey, and refused "
                    + "\(server.clientKey.path) (Ed25519 \(fingerprint))"
            )
            #expect(error?.hint?.contains("authorized_keys") == true)
        }
    }

    @Test("The second key is offered when the first is refused")
    func secondKey() async throws {
        try await LoopbackSSHServer.with { server in
            let other = try await SSHKeyFile.generate(.ed25519, at: server.directory.path.appending("other"))
            let credentials = SSHCredentials(identityFiles: [other.path, server.clientKey.path])
            #expect(try await server.result(of: credentials, as: "two keys, the second is the right one") == nil)
        }
    }

    @Test("A named key that is of no use is told before anything is sent")
    func uselessKeys() async throws {
        try await LoopbackSSHServer.with { server in
            let folder = server.directory.path
            let encrypted = try await SSHKeyFile.generate(
                .ed25519,
                at: folder.appending("encrypted"),
                passphrase: "secret"
            )
            let encryptedPEM = try await SSHKeyFile.generate(
                .rsa,
                at: folder.appending("encrypted-pem"),
                form: .pem,
                passphrase: "secret"
            )
            let text = try server.directory.write("hello\n", to: "text")
            let expected: [(FilePath, String, String)] = [
                (
                    folder.appending("absent"), "a key file that is not there",
                    "there is no private key file \(folder)/absent"
                ),
                (text, "a file that is no key", "\(text) is not a private key"),
                (
                    FilePath(server.clientKey.path.string + ".pub"), "the public half of a key",
                    "\(server.clientKey.path).pub is not a private key"
                ),
                (
                    encrypted.path, "ed25519 key with a passphrase that nobody gives",
                    "the private key \(encrypted.path) is protected by a passphrase, and nothing gave it"
                ),
                (
                    encryptedPEM.path, "rsa key in PEM form with a passphrase that nobody gives",
                    "the private key \(encryptedPEM.path) is protected by a passphrase, and nothing gave it"
                ),
            ]
            for (path, tried, message) in expected {
                let error = await failure(tried, on: server.peer, try server.connector(identityFiles: [path]))
                #expect(error?.code == .authenticationFailed)
                #expect(error?.message == message)
            }
            #expect(!server.log.contains("Connection from 127.0.0.1 port") || !server.log.contains("Accepted"))
        }
    }

    @Test("Default keys that do not exist are passed over")
    func defaultKeys() async throws {
        try await LoopbackSSHServer.with { server in
            let connector = SSHConnector(
                destinations: [
                    SSHDestination(name: "loopback", address: server.address, port: server.port, user: server.user)
                ],
                knownHosts: try KnownHosts(files: [server.knownHosts]),
                defaultIdentityFiles: [server.directory.path.appending("absent"), server.clientKey.path]
            )
            let tried = "default keys, only one of which is there"
            let refusal = try await SSHTable.login(.waysIn, tried, on: server.peer) {
                try await connector.withConnection(to: "loopback") { host in
                    let result = try await host.run(Command("true", deadline: .seconds(10)))
                    #expect(result.succeeded)
                }
            }
            #expect(refusal == nil)
        }
    }

    @Test("Without any key nothing is tried")
    func noKeys() async throws {
        let connector = SSHConnector(
            destinations: [SSHDestination(name: "loopback", address: "127.0.0.1", user: "nobody")],
            knownHosts: try KnownHosts(files: [])
        )
        let error = await failure("no key at all", on: .nobody, connector)
        #expect(error?.message == "there is no private key to log in with")
    }

    private func failure(
        _ tried: String,
        on peer: SSHPeer,
        _ connector: @autoclosure () throws -> SSHConnector
    ) async -> RemoteHostError? {
        await SSHTable.failure(.waysIn, tried, on: peer) {
            try await connector().withConnection(to: "loopback") { _ in }
        }
    }
}
