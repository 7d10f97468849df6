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

    @Test(
        "A certificate that libssh2 cannot use is passed over, and told with",
        arguments: [SSHKeyFile.Kind.ed25519, .rsa]
    )
    func others(kind: SSHKeyFile.Kind) async throws {
        try await withCertificate(kind) { server, key in
            let inFile = SSHCredentials(identityFiles: [key.path])
            let fromFile = try await server.result(of: inFile, as: "\(kind.rawValue) certificate beside its key")
            try await SSHAgent.with(in: server.directory) { agent in
                try await agent.add(key.path)
                let inAgent = SSHCredentials(agentSocket: agent.socket)
                let fromAgent = try await server.result(of: inAgent, as: "the agent's \(kind.rawValue) certificate")
                for error in [fromFile, fromAgent] {
                    // libssh2 1.11 has learnt to use those for Ed25519.
                    if kind == .ed25519, LibSSH2Library.signsRSAWithSHA2 {
                        #expect(error == nil)
                    } else {
                        #expect(error?.message.contains("takes no certificates for") == true)
                    }
                }
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
