import FleetRunner
import Lab
import LockstepTestSupport
import Testing

extension BootstrapTests {
    @Test("Keys whose lines end in CR LF survive ten runs, and what a killed run left is healed")
    func otherPeoplesFiles() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            // The lab's own key stays among them: it is the one that logs in.
            try await fleet.on(
                "edge1",
                #"""
                cd /root/.ssh && sed -i 's/$/\r/' authorized_keys
                printf 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAliceAliceAliceAliceAliceAliceAliceAlice alice\r\n' >>authorized_keys
                printf 'ssh-rsa AAAAB3 b\366b without an end' >>authorized_keys
                cp authorized_keys /root/before
                useradd --create-home mirror
                mkdir -p /srv/left
                mkdir -m 700 /home/mirror/.ssh
                """#
            )
            let lab = try fleet.inventory
            for round in 1...10 {
                // The line of the master is rewritten in every second round.
                try fleet.write(
                    inventory: lab.replacing("target=", with: "sync_from=0.0.0.0/0,::/0,192.0.2.\(round / 2)\ntarget=")
                )
                let run = try await fleet.lockstep("up", "--no-verify")
                #expect(run.exitCode == 0, "\(run.output)")
                let kept = try await fleet.on(
                    "edge1",
                    "head -c $(wc -c </root/before) /root/.ssh/authorized_keys | cmp - /root/before && echo same"
                )
                #expect(kept == "same")
                let mine = try await fleet.on(
                    "edge1",
                    "grep -ac restrict /root/.ssh/authorized_keys; find /root/.ssh -name '.?*'"
                )
                #expect(mine == "1\n/root/.ssh")
            }
            #expect(try await fleet.lockstep("up").summary.proven == 1)

            try fleet.write(
                inventory: lab.replacing("target=/srv/data", with: "sync_user=mirror\ntarget=/srv/left")
            )
            #expect(try await fleet.lockstep("up").summary.proven == 1)
            #expect(try await fleet.on("edge1", "stat -c %U /srv/left /home/mirror/.ssh | uniq") == "mirror")
        }
    }
}
