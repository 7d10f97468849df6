import LockstepTestSupport
import RemoteHost
import SecureShell
import SystemPackage
import Testing

/// The SSH servers of three Debian releases, each in its release's own files.
@Suite("Peers", .serialized, .timeLimit(.minutes(20)))
struct PeerTests {
    @Test(
        "OpenSSH and dropbear of each release: keys, commands, streams",
        arguments: ["bullseye", "bookworm", "trixie"]
    )
    func keysAndCommands(codename: String) async throws {
        for program in [DebianServer.Program.openssh, .dropbear] {
            try await DebianServer.with(program, of: codename) { server in
                let trials = server.trials
                for kind in SSHKeyFile.Kind.allCases {
                    let key = try #require(server.keys[kind])
                    let refusal = try await trials.logIn(with: key, named: "the user's \(kind.rawValue) key")
                    if kind == .rsa, program == .dropbear, let refusal {
                        #expect(refusal.message.contains("cannot sign with RSA keys as newer servers want it"))
                        #expect(refusal.hint?.contains("Ed25519") == true)
                    } else {
                        #expect(refusal == nil)
                    }
                }
                let other = try await SSHKeyFile.generate(.ed25519, at: server.directory.path.appending("other"))
                await trials.refuse(other)
                try await trials.runCommands(with: try #require(server.keys[.ed25519]))
            }
        }
    }

    @Test("TinySSH and libssh2 may have nothing in common, and then that is said", arguments: ["bookworm"])
    func tinySSH(codename: String) async throws {
        try await DebianServer.with(.tinyssh, of: codename) { server in
            let key = try #require(server.keys[.ed25519])
            let error = await SSHTable.failure(.peers, "connecting", on: server.peer) {
                try await server.connector(SSHCredentials(identityFiles: [key.path])).withConnection(to: "peer") { _ in
                }
            }
            #expect(error?.code == .unreachable)
            #expect(error?.message.contains("have no algorithm in common") == true)
        }
    }

    @Test(
        "OpenSSH of each release that takes one start at a time is asked again, also where it says nothing",
        arguments: ["bullseye", "bookworm", "trixie"]
    )
    func oneStartAtATime(codename: String) async throws {
        let limit = "MaxStartups 1:100:100"
        try await DebianServer.with(.openssh, of: codename, configuration: [limit]) { server in
            let key = try #require(server.keys[.ed25519])
            let connector = try server.connector(SSHCredentials(identityFiles: [key.path]))
            try await SSHTable.row(.peers, "six connections at once, \(limit)", on: server.peer) {
                try await withThrowingTaskGroup { group in
                    for _ in 0..<6 { group.addTask { try await connector.withConnection(to: "peer") { _ in } } }
                    try await group.waitForAll()
                }
                return "let in, after more tries"
            }
        }
    }

    @Test("A full disk on a host does not keep scripts from running, and shows as their failure")
    func fullDisk() async throws {
        try await DebianServer.with(.openssh, of: "bookworm") { server in
            let key = try #require(server.keys[.ed25519])
            try await server.connector(SSHCredentials(identityFiles: [key.path])).withConnection(to: "peer") { host in
                try await SSHTable.row(.faults, "the disk fills up while a script writes to it", on: server.peer) {
                    let script = "head -c 60000 /dev/zero >/srv/a; echo a; head -c 60000 /dev/zero >/srv/b || exit 28"
                    let result = try await host.run(.script(script, deadline: .seconds(20)))
                    #expect(result.exit == .status(28))
                    #expect(result.outputText == "a\n")
                    #expect(result.errorText.contains("No space left on device"))
                    let next = try await host.run(.script("df /srv | grep -c 100%", deadline: .seconds(20)))
                    #expect(next.outputText == "1\n")
                    return "the script's status and its output; the next script runs"
                }
            }
        }
    }
}
