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
            let password = contact.password

            let wrong = try await contact.lockstep(
                "--accept-new-host-keys",
                "up",
                given: .init(login: "wrong", become: password)
            )
            #expect(wrong.exitCode == RunExitCode.unreachable)
            let refusal = try wrong.host("master")
            #expect(refusal.message?.contains("ops was not let in") == true)
            #expect(refusal.message?.contains("the password") == true)
            #expect(refusal.message?.contains("wrong") == false)

            let byDescriptor = try await contact.lockstep(
                "ping",
                "--password-fd",
                "3",
                given: .init(descriptor: password)
            )
            #expect(byDescriptor.exitCode == 0)

            let wrongBecome = try await contact.lockstep("up", given: .init(login: password, become: "wrong"))
            #expect(wrongBecome.exitCode == RunExitCode.failed)
            #expect(try wrongBecome.host("master").message?.contains("the sudo password of ops is wrong") == true)
            #expect(try await fleet.on("master", "ls -d /etc/lockstep 2>/dev/null || echo none") == "none")

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
            #expect(seen.contains { $0.contains("up --install-my-key") }, "nothing was watched")
            #expect(seen.contains { $0.contains("sshd: ops") }, "the hosts were not watched")
            #expect(!seen.contains { $0.contains(password) })

            let second = try await contact.lockstep("up", given: .init(become: password))
            #expect(second.exitCode == 0)
            #expect(try second.changes.values.allSatisfy { $0 == 0 })

            for run in [wrong, byDescriptor, wrongBecome, first, second] {
                #expect(!(run.output + run.errors).contains(password))
            }
            let journals = try await contact.journals()
            #expect(journals.contains("Accepted password for ops"))
            #expect(journals.contains("Accepted publickey for ops"))
            #expect(!journals.contains(password))

            try await contact.expectWayThroughTheMaster()
        }
    }
}

extension FirstContact {
    /// The slave is reached by way of the master, as the ssh configuration wants it and then as the inventory does.
    func expectWayThroughTheMaster() async throws {
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

        let byFile = try await lockstep(["-F", configuration.string, "exec"] + command, given: given)
        #expect(byFile.exitCode == 0)
        #expect(byFile.output.contains("came from \(master)"))
        let ping = try await lockstep("-F", configuration.string, "ping")
        #expect(ping.exitCode == 0)

        let line = "edge1 ansible_host=\(slave)"
        let jump = #" ansible_ssh_common_args="-o ProxyJump=ops@\#(master)""#
        try fleet.write(inventory: fleet.inventory.replacing(line, with: line + jump))
        let byInventory = try await lockstep(["exec"] + command, given: given)
        #expect(byInventory.exitCode == 0)
        #expect(byInventory.output.contains("came from \(master)"))
    }
}
