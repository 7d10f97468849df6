import LockstepTestSupport
import RemoteHost
import SystemPackage
import Testing

@testable import SecureShell

@Suite("User certificates", .timeLimit(.minutes(2)))
struct CertificateTests {
    @Test("An ECDSA certificate lets its owner in, from a file and from the agent")
    func ecdsa() async throws {
        try await withCertificate(.ecdsa) { server, key in
            let inFile = SSHCredentials(identityFiles: [key.path])
            #expect(try await server.result(of: inFile, as: "ecdsa certificate beside its key") == nil)
            try await SSHAgent.with(in: server.directory) { agent in
                try await agent.add(key.path)
                let inAgent = SSHCredentials(agentSocket: agent.socket)
                #expect(try await server.result(of: inAgent, as: "the agent's ecdsa certificate") == nil)
            }
        }
    }

    @Test("A certificate that libssh2 cannot use is passed over, and told with", arguments: [false, true])
    func ed25519(byAgent: Bool) async throws {
        guard !LibSSH2Library.signsRSAWithSHA2 else { return }
        try await withCertificate(.ed25519) { server, key in
            try await SSHAgent.with(in: server.directory) { agent in
                try await agent.add(key.path)
                let error = try await server.result(
                    of: byAgent
                        ? SSHCredentials(agentSocket: agent.socket) : SSHCredentials(identityFiles: [key.path]),
                    as: byAgent ? "the agent's ed25519 certificate" : "ed25519 certificate beside its key"
                )
                #expect(error?.message.contains("takes certificates for ECDSA keys only") == true)
            }
        }
    }

    /// Lends a server that trusts an authority, and a key that this has certified.
    private func withCertificate(
        _ kind: SSHKeyFile.Kind,
        _ body: (LoopbackSSHServer, SSHKeyFile) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { directory in
            let authority = try await SSHKeyFile.generate(.ed25519, at: directory.path.appending("authority"))
            let key = try await SSHKeyFile.generate(kind, at: directory.path.appending("mine"))
            let user = try await runLocally("id", ["-un"])
            try await runLocally(
                "ssh-keygen",
                ["-q", "-s", authority.path.string, "-I", "test", "-n", user, key.path.string + ".pub"]
            )
            try await LoopbackSSHServer.with {
                $0.isAuthorised = false
                $0.configuration = ["TrustedUserCAKeys \(authority.path).pub"]
            } _: { server in
                try await body(server, key)
            }
        }
    }
}
