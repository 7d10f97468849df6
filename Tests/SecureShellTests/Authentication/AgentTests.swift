import LockstepTestSupport
import RemoteHost
import SystemPackage
import Testing

@testable import SecureShell

@Suite("Logging in by an agent", .timeLimit(.minutes(2)))
struct AgentTests {
    @Test("A key that only the agent holds lets its owner in", arguments: SSHKeyFile.Kind.allCases)
    func heldByAgent(kind: SSHKeyFile.Kind) async throws {
        try await LoopbackSSHServer.with {
            $0.clientKey = kind
        } _: { server in
            try await SSHAgent.with(in: server.directory) { agent in
                try await agent.add(server.clientKey.path)
                let credentials = SSHCredentials(agentSocket: agent.socket)
                #expect(try await server.result(of: credentials, as: "the agent's \(kind) key") == nil)
            }
        }
    }

    @Test("A named key comes first, also when only the agent can use it; the agent's others come next")
    func order() async throws {
        try await LoopbackSSHServer.with {
            $0.isAuthorised = false
        } _: { server in
            let folder = server.directory.path
            let other = try await SSHKeyFile.generate(.ed25519, at: folder.appending("other"))
            let inFile = try await SSHKeyFile.generate(.ed25519, at: folder.appending("file"))
            try await SSHAgent.with(in: server.directory) { agent in
                try await agent.add(other.path)
                try await agent.add(server.clientKey.path)
                // Of the named key, the public half is all that is at hand.
                try await runLocally("rm", [server.clientKey.path.string])
                var credentials = SSHCredentials(
                    identityFiles: [server.clientKey.path, inFile.path],
                    agentSocket: agent.socket
                )
                let tried = "named keys first: an unknown one in the agent, one in a file; another in the agent"
                let all = try await server.result(of: credentials, as: tried)?.message ?? ""
                let names = ["\(server.clientKey.path) in the agent", "\(inFile.path) (Ed25519", "“lockstep test” in"]
                let places = names.map { all.firstRange(of: $0)?.lowerBound }
                #expect(places.allSatisfy { $0 != nil }, "\(all)")
                #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted(), "\(all)")

                credentials.offersNamedKeysOnly = true
                let named =
                    try await server.result(
                        of: credentials,
                        as: "named keys only: an unknown one in the agent, one in a file; another in the agent"
                    )?.message ?? ""
                #expect(named.contains("in the agent"))
                #expect(!named.contains("lockstep test"))
            }
        }
    }

    @Test("Where no agent answers, the files still do")
    func noAgent() async throws {
        try await LoopbackSSHServer.with { server in
            let socket = server.directory.path.appending("nobody")
            var credentials = SSHCredentials(identityFiles: [server.clientKey.path], agentSocket: socket)
            #expect(try await server.result(of: credentials, as: "no agent answers, a key in a file") == nil)
            credentials.identityFiles = []
            let error = try await server.result(of: credentials, as: "no agent answers, no key in a file")
            #expect(error?.code == .authenticationFailed)
            #expect(
                error?.message
                    == "there is no private key to log in with: "
                    + "the agent at \(socket) cannot be reached: No such file or directory"
            )
        }
    }

    @Test("An agent that is locked, or gave up the key meanwhile, is told with")
    func uselessAgent() async throws {
        try await LoopbackSSHServer.with { server in
            try await SSHAgent.with(in: server.directory) { agent in
                try await agent.add(server.clientKey.path)
                let ring = KeyRing(defaults: [])
                let credentials = SSHCredentials(agentSocket: agent.socket)
                _ = try await ring.offers(for: credentials)
                try await agent.lock(in: server.directory)
                let locked = try await server.result(of: credentials, as: "the agent is locked")
                #expect(locked?.message.contains("holds no keys, or is locked") == true)

                let key = try await ring.offers(for: credentials).keys.first
                guard case .agent(let client, let publicKey) = key?.signer else {
                    Issue.record("the agent's key is not offered")
                    return
                }
                await #expect(throws: AgentError(socket: agent.socket, reason: .refused)) {
                    try await client.signature(of: [1], by: publicKey, algorithm: "ssh-ed25519", within: .seconds(5))
                }
            }
        }
    }

    @Test("An agent that says nothing is given up, one that talks nonsense or goes away as well")
    func brokenAgents() async throws {
        let cases: [(TestTCPServer.Behaviour, AgentError.Reason)] = [
            (.silent, .timedOut(.milliseconds(200))), (.says("SSH-2.0-not an agent\r\n"), .garbage),
            (.saysAndCloses(""), .closed), (.saysAndCloses("\0\0\0\u{5}\u{c}\0"), .closed),
            (.says("\0\0\0\u{5}\u{c}\0\0\0\u{9}"), .garbage), (.says("\0\0\0\u{1}\u{5}"), .refused),
        ]
        for (behaviour, reason) in cases {
            try await TemporaryDirectory.with { directory in
                let socket = directory.path.appending("agent")
                try await TestTCPServer.with(behaviour, at: socket) { _ in
                    let client = AgentClient(socket: socket, listLimit: .milliseconds(200))
                    await #expect(throws: AgentError(socket: socket, reason: reason)) { try await client.identities() }
                }
            }
        }
    }

    @Test("More keys than a host would hear out are not offered, and the hint says so")
    func manyKeys() async throws {
        try await LoopbackSSHServer.with {
            $0.isAuthorised = false
        } _: { server in
            try await SSHAgent.with(in: server.directory) { agent in
                for number in 0..<7 {
                    let path = server.directory.path.appending("key\(number)")
                    try await agent.add(SSHKeyFile.generate(.ed25519, at: path).path)
                }
                let credentials = SSHCredentials(agentSocket: agent.socket)
                let error = try await server.result(of: credentials, as: "seven unknown keys in the agent")
                #expect(error?.message.split(separator: "in the agent").count == 6)
                #expect(error?.hint?.hasPrefix("7 keys are at hand") == true)
                #expect(error?.hint?.contains("the last 2 were not offered") == true)
            }
        }
    }

    @Test("What sixty hosts want to know is asked once")
    func askedOnce() async throws {
        let asked = Tally()
        let answers = SharedAnswers<Int, Int>()
        await withTaskGroup { group in
            for _ in 0..<60 {
                group.addTask {
                    let answer = await answers.answer(to: 1) {
                        asked.add("agent")
                        await Task.yield()
                        return 7
                    }
                    #expect(answer == 7)
                }
            }
        }
        _ = await answers.answer(to: 1) {
            asked.add("later")
            return 8
        }
        #expect(asked.entries == ["agent"])
    }
}

extension LoopbackSSHServer {
    /// What comes of a login with these credentials, which is also a row of the table in docs/ssh.md where it has a
    /// name; `nil` when it succeeds.
    func result(
        of credentials: SSHCredentials,
        passphrases: PassphraseSource = .none,
        as tried: String? = nil
    ) async throws -> RemoteHostError? {
        let connector = SSHConnector(
            destinations: [
                SSHDestination(name: "loopback", address: address, port: port, user: user, credentials: credentials)
            ],
            knownHosts: try KnownHosts(files: [knownHosts]),
            passphrases: passphrases
        )
        let logIn = {
            try await connector.withConnection(to: "loopback") { host in
                let result = try await host.run(Command("true", deadline: .seconds(10)))
                #expect(result.succeeded)
            }
        }
        if let tried { return try await SSHTable.login(.waysIn, tried, on: peer, logIn) }
        do {
            try await logIn()
            return nil
        } catch let error as RemoteHostError {
            return error
        }
    }
}
