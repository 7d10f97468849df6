import LockstepTestSupport
import RemoteHost
import SystemPackage
import Testing

@testable import SecureShell

@Suite("Logging in by password", .timeLimit(.minutes(2)))
struct PasswordTests {
    @Test(
        "The password lets its owner in, by either method",
        arguments: [PasswordSSHServer.Manner.password, .interactive]
    )
    func right(manner: PasswordSSHServer.Manner) async throws {
        try await attempt(manner, as: method(manner)) { error, tries in
            #expect(error == nil)
            #expect(tries == ["\(method(manner)) \(PasswordSSHServer.password)"])
        }
    }

    @Test(
        "A wrong password is sent once, and named without being shown",
        arguments: [PasswordSSHServer.Manner.password, .interactive]
    )
    func wrong(manner: PasswordSSHServer.Manner) async throws {
        try await attempt(manner, password: "guess", as: "\(method(manner)), a wrong one given") { error, tries in
            #expect(error?.code == .authenticationFailed)
            #expect(error?.message.hasSuffix("and refused the password") == true)
            #expect(error?.hint?.hasPrefix("is it the password of operator") == true)
            #expect(tries == ["\(method(manner)) guess"])
            #expect(!"\(String(describing: error))".contains("guess"))
        }
    }

    @Test("An expired password is named")
    func expired() async throws {
        try await attempt(.expired, as: "a password that has expired") { error, _ in
            #expect(error?.message.hasSuffix("the password (it has expired and must be changed first)") == true)
            #expect(error?.hint?.contains("ssh operator@127.0.0.1") == true)
        }
    }

    @Test("A further question gets no password, and is told with")
    func furtherQuestion() async throws {
        try await attempt(.code, as: "keyboard-interactive, and a code is asked for then") { error, tries in
            #expect(error?.message.hasSuffix("the password (the host asks more than that: “Code?: ”)") == true)
            #expect(tries == ["keyboard-interactive \(PasswordSSHServer.password)", "keyboard-interactive "])
        }
    }

    @Test("A question whose answer may be seen gets no password")
    func visibleQuestion() async throws {
        try await attempt(.visible, as: "keyboard-interactive, by a question whose answer is shown") { error, tries in
            #expect(error?.message.contains("“Your name: ”") == true)
            #expect(tries == ["keyboard-interactive "])
        }
    }

    @Test("Keys are tried before the password, and a host may want both", arguments: [false, true])
    func keysFirst(both: Bool) async throws {
        try await TemporaryDirectory.with { directory in
            let key = try await SSHKeyFile.generate(.ed25519, at: directory.path.appending("mine"))
            let tried = both ? "a key and then a password, both wanted" : "a key that is refused, then a password"
            try await attempt(both ? .keyAndPassword : .password, keys: [key.path], as: tried) { error, tries in
                #expect(error == nil)
                // A key that is taken is seen twice: when it is offered, and when it is proven.
                let offers = [String](repeating: "publickey ssh-ed25519", count: both ? 2 : 1)
                #expect(tries == offers + ["password \(PasswordSSHServer.password)"])
            }
        }
    }

    @Test("A host that takes no passwords is told with, and is sent none")
    func keysOnly() async throws {
        try await LoopbackSSHServer.with { server in
            let credentials = SSHCredentials(password: Secret("guess"))
            let error = try await server.result(of: credentials, as: "a password, where keys alone are taken")
            #expect(
                error?.message
                    == "\(server.user) was not let in: the host offers publickey, and takes no passwords"
            )
        }
    }

    @Test("Only the one hidden question is answered, and once")
    func conversation() {
        var conversation = PasswordConversation(password: Secret("p"))
        #expect(conversation.answers(to: []) == [])
        #expect(conversation.answers(to: [.init(text: "Password:", isVisible: false)]) == ["p"])
        #expect(conversation.unansweredPrompt == nil)
        #expect(conversation.answers(to: [.init(text: "Again:", isVisible: false)]) == [""])
        #expect(conversation.unansweredPrompt == "Again:")
        var two = PasswordConversation(password: Secret("p"))
        #expect(
            two.answers(to: [.init(text: "Old:", isVisible: false), .init(text: "New:", isVisible: false)]) == ["", ""]
        )
        #expect(two.unansweredPrompt == "Old:")
    }

    private func method(_ manner: PasswordSSHServer.Manner) -> String {
        manner == .password ? "password" : "keyboard-interactive"
    }

    /// Logs in, and shows what came of it and what the host was told.
    private func attempt(
        _ manner: PasswordSSHServer.Manner,
        password: String = PasswordSSHServer.password,
        keys: [FilePath] = [],
        as tried: String,
        _ check: (RemoteHostError?, [String]) throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { directory in
            try await PasswordSSHServer.with(manner, in: directory) { server in
                let connector = SSHConnector(
                    destinations: [
                        SSHDestination(
                            name: "host",
                            address: "127.0.0.1",
                            port: server.port,
                            user: PasswordSSHServer.user,
                            credentials: SSHCredentials(identityFiles: keys, password: Secret(password))
                        )
                    ],
                    knownHosts: try KnownHosts(files: [server.knownHosts])
                )
                let failure = try await SSHTable.login(.waysIn, tried, on: .paramiko()) {
                    try await connector.withConnection(to: "host") { host in
                        let result = try await host.run(Command("true", deadline: .seconds(10)))
                        #expect(result.succeeded)
                    }
                }
                try check(failure, server.tries)
            }
        }
    }
}
