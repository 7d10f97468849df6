import LockstepTestSupport
import RemoteHost
import SystemPackage
import Testing

@testable import SecureShell

@Suite("Host keys", .timeLimit(.minutes(2)))
struct HostKeyTests {
    @Test("An unknown host is refused before anything is sent to it")
    func unknownHost() async throws {
        try await LoopbackSSHServer.with { server in
            let file = try server.directory.write("", to: "empty")
            let error = await refusal("a key that is not known", by: server, try server.connector(knownHosts: file))
            let fingerprint = try await server.hostKeys[0].fingerprint()
            #expect(error?.code == .hostKeyRefused)
            #expect(
                error?.message
                    == "the host key of 127.0.0.1 port \(server.port) is not known: ssh-ed25519 \(fingerprint)"
            )
            #expect(error?.hint?.contains("--accept-new-host-keys") == true)
            #expect(!server.log.contains("Accepted publickey"))
            #expect(server.directory.read("empty") == "")
        }
    }

    @Test("A changed host key is refused, also where new ones are accepted")
    func changedHost() async throws {
        try await LoopbackSSHServer.with { server in
            let line = "# comment\n[127.0.0.1]:\(server.port) \(server.clientKey.publicKey)\n"
            let file = try server.directory.write(line, to: "other")
            let error = await refusal(
                "another key than the known one, new ones accepted",
                by: server,
                try server.connector(policy: .acceptNew, knownHosts: file)
            )
            let shown = try await server.hostKeys[0].fingerprint()
            let known = try await server.clientKey.fingerprint()
            #expect(error?.code == .hostKeyRefused)
            #expect(error?.message.contains(shown) == true)
            #expect(error?.message.contains("\(file):2 has ssh-ed25519 \(known)") == true)
            #expect(!server.log.contains("Accepted publickey"))
            #expect(server.directory.read("other") == line)
        }
    }

    @Test("A revoked host key is refused, also where it is known or new ones are accepted")
    func revokedHost() async throws {
        try await LoopbackSSHServer.with { server in
            let lines = server.knownHostsLines() + "@revoked * \(server.hostKeys[0].publicKey)\n"
            let file = try server.directory.write(lines, to: "revoked")
            let error = await refusal(
                "a known key that is revoked",
                by: server,
                try server.connector(policy: .acceptNew, knownHosts: file)
            )
            #expect(error?.code == .hostKeyRefused)
            #expect(error?.message.contains("\(file):2 revokes") == true)
            #expect(!server.log.contains("Accepted publickey"))
        }
    }

    @Test("A pinned key needs no known_hosts, and no other key is taken in its place")
    func pinnedHost() async throws {
        try await LoopbackSSHServer.with {
            $0.hostKeys = [.ed25519, .ecdsa]
        } _: { server in
            let empty = try server.directory.write("", to: "empty")
            let right = try await server.hostKeys[0].fingerprint()
            let pinned = try server.connector(knownHosts: empty, hostKeyRule: HostKeyRule(pins: ["SHA256:x", right]))
            try await letsIn("one of two pinned keys", by: server, pinned)
            let wrong = try await server.clientKey.fingerprint()
            let error = await refusal(
                "another key than the pinned one",
                by: server,
                try server.connector(policy: .acceptNew, hostKeyRule: HostKeyRule(pins: [wrong]))
            )
            #expect(error?.code == .hostKeyRefused)
            let other = try await server.hostKeys[1].fingerprint()
            let shown = "ssh-ed25519 \(right), ecdsa-sha2-nistp256 \(other)"
            #expect(error?.message.contains("it showed \(shown); host_key is \(wrong)") == true)
            #expect(server.directory.read("empty") == "")
        }
    }

    @Test("A pinned key is asked for, whichever of its keys the host would show first", arguments: [true, false])
    func pinOfOtherType(isAnotherKnown: Bool) async throws {
        try await LoopbackSSHServer.with {
            $0.hostKeys = [.ed25519, .ecdsa]
        } _: { server in
            let lines = isAnotherKnown ? server.knownHostsLines([.ed25519]) : ""
            let file = try server.directory.write(lines, to: "known")
            let rule = HostKeyRule(pins: [try await server.hostKeys[1].fingerprint()])
            let connector = try server.connector(knownHosts: file, hostKeyRule: rule)
            let known = isAnotherKnown ? ", the first one is known" : ""
            try await letsIn("of two types, the second one is pinned\(known)", by: server, connector)
            #expect(server.directory.read("known") == lines)
        }
    }

    @Test("A pinned key that is revoked is refused all the same")
    func revokedPin() async throws {
        try await LoopbackSSHServer.with { server in
            let file = try server.directory.write("@revoked * \(server.hostKeys[0].publicKey)\n", to: "revoked")
            let rule = HostKeyRule(pins: [try await server.hostKeys[0].fingerprint()])
            let error = await refusal(
                "a pinned key that is revoked",
                by: server,
                try server.connector(knownHosts: file, hostKeyRule: rule)
            )
            #expect(error?.message.contains("\(file):1 revokes") == true)
        }
    }

    @Test("A host's own rule names its alias, its file and whether its key may be new; new names can be hashed")
    func ownRule() async throws {
        try await LoopbackSSHServer.with { server in
            let file = server.directory.path.appending("own")
            let rule = HostKeyRule(alias: "Web1", files: [file], policy: .acceptNew, hashesNewNames: true)
            try await letsIn(
                "a new key under an alias, recorded by a hash",
                by: server,
                server.connector(hostKeyRule: rule)
            )
            let recorded = try #require(server.directory.read("own"))
            #expect(recorded.hasPrefix("|1|") && !recorded.lowercased().contains("web1"))
            // ssh-keygen finds the name behind the hash.
            let found = try await runLocally("ssh-keygen", ["-F", "web1", "-f", file.string])
            #expect(found.contains("found: line 1"))
            let strict = HostKeyRule(alias: "web1", files: [file], policy: .refuseUnknown)
            let known = try server.connector(policy: .acceptNew, hostKeyRule: strict)
            try await letsIn("the alias that is known by a hash", by: server, known)
            let other = HostKeyRule(alias: "web2", files: [file], policy: .refuseUnknown)
            let error = await refusal(
                "another alias than the known one",
                by: server,
                try server.connector(policy: .acceptNew, hostKeyRule: other)
            )
            #expect(error?.code == .hostKeyRefused)
        }
    }

    @Test("A new host is accepted once where that is wished, and known from then on")
    func acceptedHost() async throws {
        try await LoopbackSSHServer.with { server in
            let file = try server.directory.write("# mine", to: "mine")
            let connector = try server.connector(policy: .acceptNew, knownHosts: file)
            // Many at a time record it once.
            try await SSHTable.row(
                .hostKeys,
                "a new key, new ones accepted, eight connections at once",
                on: server.peer
            ) {
                try await withThrowingTaskGroup { group in
                    for _ in 0..<8 {
                        group.addTask {
                            try await connector.withConnection(to: "loopback") { host in
                                _ = try await host.run(Command("true", deadline: .seconds(10)))
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(server.directory.read("mine") == "# mine\n" + server.knownHostsLines())
                return "let in, and recorded once"
            }
            let strict = try server.connector(knownHosts: file)
            try await letsIn("the key that was recorded", by: server, strict)
        }
    }

    @Test("A host known by one kind of key is asked for that kind", arguments: SSHKeyFile.Kind.allCases)
    func knownKind(kind: SSHKeyFile.Kind) async throws {
        // An RSA host key needs libssh2 1.11 with a host of today; with older ones the host has to allow SHA-1.
        try await LoopbackSSHServer.with { options in
            options.hostKeys = [.ecdsa, .ed25519, .rsa]
            options.configuration = ["HostKeyAlgorithms +ssh-rsa"]
        } _: { server in
            let file = try server.directory.write(server.knownHostsLines([kind]), to: "one")
            let connector = try server.connector(knownHosts: file)
            try await letsIn("of three types, the \(kind) one is known", by: server, connector)
        }
    }

    @Test("A host known by a hashed name and another type of key than it shows first is asked for that type")
    func hashedNameOfOtherType() async throws {
        try await LoopbackSSHServer.with {
            $0.hostKeys = [.ed25519, .ecdsa]
        } _: { server in
            let file = try server.directory.write(server.knownHostsLines([.ecdsa]), to: "hashed")
            try await runLocally("ssh-keygen", ["-q", "-H", "-f", file.string])
            #expect(server.directory.read("hashed")?.hasPrefix("|1|") == true)
            let connector = try server.connector(knownHosts: file)
            try await letsIn("of two types, the ecdsa one is known by a hash", by: server, connector)
            #expect(connector.statistics.connections == ["loopback": 1])
        }
    }

    @Test("A host known by another type of key only is refused, and told so")
    func otherType() async throws {
        try await LoopbackSSHServer.with {
            $0.hostKeys = [.ed25519, .ecdsa]
        } _: { server in
            let line = server.knownHostsLines([.ecdsa]).replacing("ecdsa-sha2-nistp256", with: "ecdsa-sha2-nistp999")
            let file = try server.directory.write(line, to: "other-type")
            let error = await refusal(
                "another type of key than the known one",
                by: server,
                try server.connector(policy: .acceptNew, knownHosts: file)
            )
            #expect(error?.code == .hostKeyRefused)
            #expect(error?.message.contains("is known by another type only: it showed ssh-ed25519 SHA256:") == true)
            #expect(!server.log.contains("Accepted publickey"))
        }
    }

    @Test(
        "A host known by an RSA key only is let in where libssh2 can check the key, and else told why not",
        arguments: [true, false]
    )
    func rsaOnly(hasOther: Bool) async throws {
        try await LoopbackSSHServer.with {
            $0.hostKeys = hasOther ? [.rsa, .ed25519] : [.rsa]
        } _: { server in
            let file = try server.directory.write(server.knownHostsLines([.rsa]), to: "rsa")
            let connector = try server.connector(knownHosts: file)
            let tried = hasOther ? "the rsa key is known, and another shown too" : "the rsa key is known, the only one"
            let error = try await SSHTable.login(.hostKeys, tried, on: server.peer) {
                try await connector.withConnection(to: "loopback") { _ in }
            }
            // From libssh2 1.11 on it is simply the known key.
            if LibSSH2Library.signsRSAWithSHA2 { return #expect(error == nil) }
            #expect(error?.code == (hasOther ? .hostKeyRefused : .unreachable))
            #expect(error?.message.contains(hasOther ? "cannot check RSA host keys" : "no algorithm in common") == true)
        }
    }

    @Test("A hashed name is found")
    func hashedName() async throws {
        try await LoopbackSSHServer.with { server in
            let file = try server.directory.write(server.knownHostsLines(), to: "hashed")
            try await runLocally("ssh-keygen", ["-q", "-H", "-f", file.string])
            #expect(server.directory.read("hashed")?.hasPrefix("|1|") == true)
            try await letsIn("a name that is known by a hash", by: server, server.connector(knownHosts: file))
        }
    }

    @Test("Names with wildcards hold, and what they leave out does not")
    func wildcards() async throws {
        try await LoopbackSSHServer.with { server in
            let (port, key) = (server.port, server.hostKeys[0].publicKey)
            let all = try server.directory.write("[127.0.*.?]:\(port) \(key)\n", to: "all")
            try await letsIn("a name that is known by a wildcard", by: server, server.connector(knownHosts: all))
            let but = "[127.0.*]:\(port),![127.0.0.1]:\(port) \(key)\n"
            let others = try server.directory.write(but, to: "others")
            let error = await refusal(
                "a wildcard that leaves the name out",
                by: server,
                try server.connector(knownHosts: others)
            )
            #expect(error?.code == .hostKeyRefused)
            #expect(error?.message.contains("is not known: ssh-ed25519") == true)
        }
    }

    @Test("A host that is left to a certificate authority is refused, and the line named")
    func authority() async throws {
        try await LoopbackSSHServer.with { server in
            let line = "@cert-authority [127.0.0.1]:\(server.port) \(server.hostKeys[0].publicKey)\n"
            let file = try server.directory.write(line, to: "authority")
            let error = await refusal(
                "the name is left to a certificate authority, new ones accepted",
                by: server,
                try server.connector(policy: .acceptNew, knownHosts: file)
            )
            #expect(error?.code == .hostKeyRefused)
            #expect(error?.message.contains("\(file):1 leaves it to a certificate authority") == true)
            #expect(server.directory.read("authority") == line)
        }
    }

    @Test("A known_hosts file that another program has locked is waited for")
    func lockedFile() async throws {
        try await LoopbackSSHServer.with { server in
            let file = try server.directory.write("", to: "locked")
            // The process that is left behind holds the lock by what it has inherited.
            _ = try await LocalProgram.shell("exec 9>>\"$1\"; flock 9; sleep 1 >/dev/null 2>&1 &", file.string)
            let connector = try server.connector(policy: .acceptNew, knownHosts: file)
            try await letsIn("a new key, new ones accepted, the file locked for a second", by: server, connector)
            #expect(server.directory.read("locked") == server.knownHostsLines())
        }
    }

    @Test("The address decides; the inventory's name counts where the address is not known")
    func alias() async throws {
        try await LoopbackSSHServer.with { server in
            let alias = server.knownHostsLines(address: "loopback")
            let other = "[127.0.0.1]:\(server.port) \(server.clientKey.publicKey)\n"
            let byName = try server.directory.write(alias, to: "by-name")
            try await letsIn("the name is known, the address is not", by: server, server.connector(knownHosts: byName))
            let both = try server.directory.write(alias + other, to: "both")
            let error = await refusal(
                "the name has the right key, the address another",
                by: server,
                try server.connector(knownHosts: both)
            )
            #expect(error?.code == .hostKeyRefused)
        }
    }

    private func refusal(
        _ tried: String,
        by server: LoopbackSSHServer,
        _ connector: @autoclosure () throws -> SSHConnector
    ) async -> RemoteHostError? {
        await SSHTable.failure(.hostKeys, tried, on: server.peer) {
            try await connector().withConnection(to: "loopback") { host in
                _ = try await host.run(Command("true", deadline: .seconds(10)))
            }
        }
    }

    private func letsIn(
        _ tried: String,
        by server: LoopbackSSHServer,
        _ connector: @autoclosure () throws -> SSHConnector
    ) async throws {
        let error = try await SSHTable.login(.hostKeys, tried, on: server.peer) {
            try await connector().withConnection(to: "loopback") { host in
                let result = try await host.run(Command("true", deadline: .seconds(10)))
                #expect(result.succeeded)
            }
        }
        #expect(error == nil)
    }
}
