import LockstepTestSupport
import RemoteHost
import SecureShell
import Testing

/// Passwords on the SSH servers of three Debian releases; sshd asks PAM there, as on any host.
@Suite("Passwords of peers", .serialized, .timeLimit(.minutes(10)))
struct PeerPasswordTests {
    /// A way to be asked for a password.
    enum Way: String, Sendable, CaseIterable {
        case password = "a password"
        case keyboardInteractive = "a password, asked for by keyboard-interactive"

        /// What makes sshd offer this way alone; older releases know the second by this name only.
        var configuration: [String] {
            let isPassword = self == .password
            return [
                "PubkeyAuthentication no", "PasswordAuthentication \(isPassword ? "yes" : "no")",
                "ChallengeResponseAuthentication \(isPassword ? "no" : "yes")",
            ]
        }
    }

    @Test(
        "OpenSSH of each release takes the right password",
        arguments: ["bullseye", "bookworm", "trixie"],
        Way.allCases
    )
    func passwords(codename: String, way: Way) async throws {
        try await DebianServer.with(.openssh, of: codename, configuration: way.configuration) { server in
            try await SSHTable.row(.peers, way.rawValue, on: server.peer) {
                try await server.logIn(password: server.password)
                return "let in"
            }
            let error = await SSHTable.failure(.peers, "\(way.rawValue): a wrong one", on: server.peer) {
                try await server.logIn(password: Secret("wrong"))
            }
            #expect(error?.code == .authenticationFailed)
            #expect(error?.message.contains("wrong") == false)
        }
    }

    @Test("dropbear of each release takes the right password", arguments: ["bullseye", "bookworm", "trixie"])
    func dropbear(codename: String) async throws {
        try await DebianServer.with(.dropbear, of: codename) { server in
            let way = Way.password.rawValue
            try await SSHTable.row(.peers, way, on: server.peer) {
                try await server.logIn(password: server.password)
                return "let in"
            }
            let error = await SSHTable.failure(.peers, "\(way): a wrong one", on: server.peer) {
                try await server.logIn(password: Secret("wrong"))
            }
            #expect(error?.code == .authenticationFailed)
            #expect(error?.message.contains("wrong") == false)
        }
    }
}

extension DebianServer {
    /// Logs in with a password alone.
    fileprivate func logIn(password: Secret) async throws {
        try await connector(SSHCredentials(password: password)).withConnection(to: "peer") { host in
            let result = try await host.run(Command("id -un", deadline: .seconds(20)))
            #expect(result.outputText == "\(Self.user)\n")
        }
    }
}
