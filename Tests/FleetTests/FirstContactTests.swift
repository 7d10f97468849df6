import FleetRunner
import Lab
import LockstepTestSupport
import SystemPackage
import Testing

extension BootstrapTests {
    @Test("First contact by password: the key is installed, the next run needs no login password, and nobody sees any")
    func firstContact() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            let contact = try await FirstContact(fleet)
            let peer = try await fleet.peer(of: "edge1")
            let password = contact.password

            let wrong = try await contact.row("up, $LOCKSTEP_PASSWORD with a wrong password", on: peer) {
                let run = try await contact.lockstep(
                    "--accept-new-host-keys",
                    "up",
                    given: .init(login: "wrong", become: password)
                )
                #expect(run.exitCode == RunExitCode.unreachable)
                let refusal = try run.host("master")
                #expect(refusal.message?.contains("ops was not let in") == true)
                #expect(refusal.message?.contains("the password") == true)
                #expect(refusal.message?.contains("wrong") == false)
                return (run, "not let in, and nothing changed")
            }

            let byDescriptor = try await contact.row("ping, --password-fd", on: peer) {
                let run = try await contact.lockstep("ping", "--password-fd", "3", given: .init(descriptor: password))
                #expect(run.exitCode == 0)
                return (run, "let in")
            }

            let onTerminal = try await contact.row("ping, --ask-pass on a terminal", on: peer) {
                let screen = try await contact.lockstepOnTerminal("ping", "--ask-pass", answering: password)
                #expect(screen.exitCode == 0, "\(screen.output)")
                #expect(screen.output.split(separator: "assword").count == 2, "\(screen.output)")
                return (screen, "asked once, without an echo, and let in")
            }

            let wrongBecome = try await contact.row("up, $LOCKSTEP_BECOME_PASSWORD with a wrong password", on: peer) {
                let run = try await contact.lockstep("up", given: .init(login: password, become: "wrong"))
                #expect(run.exitCode == RunExitCode.failed)
                #expect(try run.host("master").message?.contains("the sudo password of ops is wrong") == true)
                #expect(try await fleet.on("master", "ls -d /etc/lockstep 2>/dev/null || echo none") == "none")
                return (run, "the sudo password is named as wrong, and nothing changed")
            }

            let (first, seen) = try await contact.row("up, --install-my-key, passwords in the environment", on: peer) {
                let (first, seen) = try await contact.watchingCommandLines {
                    try await contact.lockstep(
                        "up",
                        "--install-my-key",
                        given: .init(login: password, become: password)
                    )
                }
                #expect(first.exitCode == 0)
                #expect(try first.summary.proven == 1)
                #expect(try first.summary.hosts.allSatisfy { $0.outcome == .changed })
                return ((first, seen), "set up and proven, and the key lets its owner in from then on")
            }
            #expect(seen.contains { $0.contains("up --install-my-key") }, "nothing was watched")
            #expect(seen.contains { $0.contains("sshd: ops") }, "the hosts were not watched")
            #expect(!seen.contains { $0.contains(password) })

            let second = try await contact.lockstep("up", given: .init(become: password))
            #expect(second.exitCode == 0)
            #expect(try second.changes.values.allSatisfy { $0 == 0 })

            for run in [wrong, byDescriptor, onTerminal, wrongBecome, first, second] {
                #expect(!(run.output + run.errors).contains(password))
            }
            let journals = try await contact.journals()
            #expect(journals.contains("Accepted password for ops"))
            #expect(journals.contains("Accepted publickey for ops"))
            #expect(!journals.contains(password))

            try await contact.expectWayThroughTheMaster(on: peer)
        }
    }
}

extension FirstContact {
    /// Adds a row with the outcome that `body` returns beside its value.
    func row<Value>(
        _ tried: String,
        on peer: SSHPeer,
        _ body: () async throws -> (value: Value, outcome: String)
    ) async throws -> Value {
        var value: Value?
        try await SSHTable.row(.waysIn, tried, on: peer) {
            let (result, outcome) = try await body()
            value = result
            return outcome
        }
        return try #require(value)
    }

    /// The slave is reached by way of the master, as the ssh configuration wants it and then as the inventory does.
    func expectWayThroughTheMaster(on peer: SSHPeer) async throws {
        let master = try fleet.address(of: "master")
        let slave = try fleet.address(of: "edge1")
        let configuration = try fleet.directory.write(
            """
            Host \(slave)
                ProxyJump ops@\(master)
            Host *
                IdentityFile ~/.ssh/id_ed25519

            """,
            to: "ssh_config"
        )
        let command = ["--limit", "edge1", "--", "echo came from ${SSH_CONNECTION%% *}"]
        let given = Given(become: password)
        let direct = try await lockstep(["exec"] + command, given: given)
        #expect(direct.exitCode == 0)
        #expect(direct.output.contains("came from "))
        #expect(!direct.output.contains("came from \(master)"))

        try await SSHTable.row(.waysIn, "-F, a ProxyJump of the configuration, and become by doas", on: peer) {
            let byFile = try await lockstep(["-F", configuration.string, "exec"] + command, given: given)
            #expect(byFile.exitCode == 0)
            #expect(byFile.output.contains("came from \(master)"))
            return "let in, through the jump host"
        }
        let ping = try await lockstep("-F", configuration.string, "ping")
        #expect(ping.exitCode == 0)

        let line = "edge1 ansible_host=\(slave)"
        let jump = #" ansible_ssh_common_args="-o ProxyJump=ops@\#(master)""#
        try fleet.write(inventory: fleet.inventory.replacing(line, with: line + jump))
        try await SSHTable.row(.waysIn, "ansible_ssh_common_args with ProxyJump, and become by doas", on: peer) {
            let byInventory = try await lockstep(["exec"] + command, given: given)
            #expect(byInventory.exitCode == 0)
            #expect(byInventory.output.contains("came from \(master)"))
            return "let in, through the jump host"
        }
    }
}
