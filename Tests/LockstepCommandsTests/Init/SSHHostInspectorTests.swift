import ArgumentParser
import LockstepTestSupport
import RemoteHost
import SystemPackage
import Testing

@testable import LockstepCommands

/// Looking at hosts, with a real sshd behind them.
@Suite("What init finds on hosts", .timeLimit(.minutes(2)))
struct SSHHostInspectorTests {
    @Test("Who lets us in is reached; a directory, another file and nothing are told apart")
    func found() async throws {
        try await LoopbackSSHServer.with { server in
            let inspector = try inspector(server)
            let text = inventory(server)
            #expect(await inspector.inspect(HostInspection(inventory: text, names: ["hub"])) == [finding(.reached)])
            try server.directory.write("x", to: "it's a file")
            let folder = server.home.string
            let file = server.directory["it's a file"]
            for (path, result) in [
                (folder, HostFinding.Result.directory(folder)), (file, .otherFile(file)),
                (folder + "/none", .noDirectory(folder + "/none")),
            ] {
                let found = await inspector.inspect(HostInspection(inventory: text, names: ["hub"], directory: path))
                #expect(found == [finding(result)])
            }
        }
    }

    @Test("A key that is not known is told of, and not taken")
    func unknownKey() async throws {
        try await LoopbackSSHServer.with { server in
            try server.directory.write("", to: "known_hosts")
            let inspection = HostInspection(inventory: inventory(server), names: ["hub"])
            let found = try await inspector(server).inspect(inspection)
            guard case .trouble(let error)? = found.first?.result else { throw Unexpected(found: found) }
            #expect(error.code == .hostKeyRefused)
            #expect(error.message.contains("is not known: ssh-ed25519 SHA256:") || error.message.contains("SHA256:"))
            #expect(error.hint?.contains("--accept-new-host-keys") == true)
            #expect(try server.directory.text("known_hosts") == "")
            let accepting = try self.inspector(server, "--accept-new-host-keys")
            #expect(await accepting.inspect(inspection) == [finding(.reached)])
            #expect(try server.directory.text("known_hosts") != "")
        }
    }

    @Test("Of several hosts, each has its own answer, in their order, and within seconds")
    func several() async throws {
        try await LoopbackSSHServer.with {
            $0.addresses = (1...3).map { "127.0.0.\($0)" }
        } _: { server in
            let text = inventory(server).replacing("e2 ", with: "e2 ansible_port=1 ")
            let start = ContinuousClock.now
            let found = try await inspector(server).inspect(HostInspection(inventory: text, names: ["e1", "e2"]))
            #expect(ContinuousClock.now - start < .seconds(15))
            #expect(found.map(\.host) == ["e1", "e2"])
            #expect(found.map(\.isOdd) == [false, true])
            guard case .trouble(let error)? = found.last?.result else { throw Unexpected(found: found) }
            #expect(error.code == .unreachable)
        }
    }

    private struct Unexpected: Error {
        var found: [HostFinding]
    }

    private func finding(_ result: HostFinding.Result) -> HostFinding { HostFinding(host: "hub", result: result) }

    private func inspector(_ server: LoopbackSSHServer, _ more: String...) throws -> SSHHostInspector {
        let options = try CommonOptions.parse(["-F", "none", "--known-hosts", server.knownHosts.string] + more)
        let prompt = SecretPrompt(terminal: "/nonexistent/tty")
        return SSHHostInspector(
            options: options,
            secrets: try Secrets(options.secrets, environment: [:], prompt: prompt)
        )
    }

    private func inventory(_ server: LoopbackSSHServer) -> String {
        let slaves = server.addresses.dropFirst().enumerated().map { "e\($0 + 1) ansible_host=\($1)\n" }.joined()
        return """
            [master]
            hub ansible_host=\(server.address)
            [slaves]
            \(slaves.isEmpty ? "other\n" : slaves)
            [all:vars]
            ansible_port = \(server.port)
            ansible_user = \(server.user)
            ansible_ssh_private_key_file = \(server.clientKey.path)
            source = /srv/site
            target = /srv/copy

            """
    }
}
