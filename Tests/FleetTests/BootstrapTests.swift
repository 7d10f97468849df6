import FleetRunner
import Foundation
import Lab
import LockstepTestSupport
import SystemPackage
import Testing

/// The whole way, on booted hosts: real sshd, systemd, lsyncd and rsync.
///
/// One fleet at a time: each has five hosts, and they share two processors.
@Suite("A fleet", .serialized)
struct BootstrapTests {
    @Test("A fleet is made, a second run changes nothing with one command a slave, and a new slave touches no other")
    func bootstrap() async throws {
        try await FleetFixture.with(slaves: 3) { fleet in
            let plan = try await fleet.lockstep("plan", "--detailed-exitcode")
            #expect(plan.exitCode == RunExitCode.changesPlanned)
            #expect(try await fleet.on("edge1", "ls /usr/local/lib/lockstep 2>/dev/null || echo none") == "none")

            let first = try await fleet.lockstep("up")
            #expect(first.exitCode == 0)
            #expect(try first.summary.proven == 3)
            #expect(try first.summary.hosts.allSatisfy { $0.outcome == .changed })
            // A plan says of every host what a run then does there.
            #expect(try plan.changes == first.changes)

            let before = try await counts(fleet)
            let second = try await fleet.lockstep("up", "--no-verify")
            let after = try await counts(fleet)
            #expect(second.exitCode == 0)
            #expect(try second.changes.values.allSatisfy { $0 == 0 })
            #expect(try second.summary.hosts.allSatisfy { $0.outcome == .ok })
            // The count itself takes a command, and the master is asked how its lsyncd are laid out before all else.
            for host in fleet.report.hosts.map(\.name) {
                let commands = after[host, default: 0] - before[host, default: 0] - 1
                #expect(commands == (host == "master" ? 2 : 1), "commands on \(host)")
            }

            #expect(second.output.contains(#""kinds":[{"kind":""#), "no host's time for each kind of fact is told")

            // Of hosts that are as wanted all is known, and told without what nobody should see.
            let facts = try await fleet.lockstep("facts", "all")
            #expect(facts.exitCode == 0, "\(facts.output)\(facts.errors)")
            #expect(facts.output.contains(#""fact":"lockstep-lsyncd@edge1.service""#))
            #expect(!facts.output.contains("PRIVATE KEY") && !facts.output.contains("restrict,command="))

            let grown = try await fleet.grown(to: 4)
            let services = try await startTimes(fleet)
            let third = try await grown.lockstep("up")
            #expect(third.exitCode == 0)
            #expect(try third.summary.proven == 4)
            // Those that have nothing to wait for are proven while the new one is set up.
            let events = third.output.split(separator: "\n")
            let canary = events.firstIndex { $0.contains(#""event":"canary_written""#) }
            let service = events.firstIndex {
                $0.contains(#""event":"task""#) && $0.contains(#""item":"edge4""#)
                    && $0.contains("lsyncd replicates to the slave")
            }
            #expect(try #require(canary) < #require(service))
            let changed = try third.summary.hosts.filter { $0.outcome == .changed }.map(\.host)
            #expect(changed == ["master", "edge4"])
            #expect(try await startTimes(fleet) == services, "another slave's service was restarted")
            #expect(try await grown.leftCanaries().isEmpty)
        }
    }

    @Test("Files made by other hands arrive, whatever their names")
    func filesArrive() async throws {
        try await FleetFixture.with(slaves: 2) { fleet in
            #expect(try await fleet.lockstep("up", "--no-verify").exitCode == 0)
            try await fleet.on(
                "master",
                #"""
                cd /srv/data
                for i in $(seq 1 40); do
                    d="dir $i/it's/ünï \"q\" \$(x)"; mkdir -p "$d"
                    for f in plain '-dash' 'two words' "quo'te" 'čeština 🐎'; do echo "$i $f" >"$d/$f"; done
                done
                ln -s 'dir 1/it'\''s' link
                """#
            )
            try await fleet.expectEqualTrees(["edge1", "edge2"])
            #expect(try await fleet.on("edge1", "find /srv/data -type f | wc -l") == "200")
            try await fleet.on(
                "master",
                #"""
                cd /srv/data
                chmod 0600 "dir 2/it's/ünï \"q\" \$(x)/plain"
                mv 'dir 3' 'renamed [3] *'
                rm -r 'dir 4'
                printf xx >same; sleep 2; printf yy >same; printf zz >same
                """#
            )
            try await fleet.expectEqualTrees(["edge1", "edge2"])
            #expect(
                try await fleet.on("edge2", "cat /srv/data/same; ls -d /srv/data/renamed*")
                    == "zz/srv/data/renamed [3] *"
            )

            // An rsync as 3.1.2: told of a window of -1, files of equal length are equal to it.
            try await fleet.on(
                "edge2",
                #"""
                mv /usr/bin/rsync /usr/bin/rsync.new
                cat >/usr/bin/rsync <<'END'
                #!/bin/sh
                [ "$1" != --version ] || { echo 'rsync  version 3.1.2  protocol version 31'; exit; }
                for word do
                    shift
                    case $word in --modify-window=-1 | -@-1) word=--size-only ;; esac
                    set -- "$@" "$word"
                done
                exec /usr/bin/rsync.new "$@"
                END
                chmod 755 /usr/bin/rsync
                """#
            )
            let told = try await fleet.lockstep("up")
            #expect(told.exitCode == 0)
            #expect(try told.summary.proven == 2)
            #expect(try await fleet.on("master", "grep -h modify_window /etc/lockstep/lsyncd/edge2.lua").contains("no"))
            try await fleet.on("master", "printf 'status=ok__' >/srv/data/flag")
            try await fleet.expectEqualTrees(["edge2"])
            try await fleet.on("master", "printf 'status=BAD_' >/srv/data/flag")
            try await fleet.expectEqualTrees(["edge2"])
        }
    }

    @Test("A stopped slave is unreachable and harms nobody; started again, it is completed")
    func stoppedSlave() async throws {
        try await FleetFixture.with(slaves: 3) { fleet in
            try await fleet.lab.stop("edge2")
            let first = try await fleet.lockstep("up")
            #expect(first.exitCode == RunExitCode.unreachable)
            #expect(try first.host("edge2").outcome == .unreachable)
            #expect(try first.host("master").outcome == .changed)
            #expect(try first.summary.proven == 2)
            try await fleet.lab.start("edge2")
            let second = try await fleet.lockstep("up")
            #expect(second.exitCode == 0)
            #expect(try second.summary.proven == 3)
            #expect(try second.host("edge1").outcome == .ok)
        }
    }

    @Test("A stopped master leaves the slaves as they are")
    func stoppedMaster() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            try await fleet.lab.stop("master")
            let run = try await fleet.lockstep("up")
            #expect(run.exitCode == RunExitCode.unreachable)
            #expect(try run.host("edge1").outcome == .skipped)
            #expect(try await fleet.on("edge1", "ls -d /srv/data 2>/dev/null || echo none") == "none")
        }
    }

    @Test("A slave with another host key is refused, and nothing is written there")
    func wrongHostKey() async throws {
        try await FleetFixture.with(slaves: 2) { fleet in
            let address = try fleet.address(of: "edge1")
            let known = try String(contentsOfFile: fleet.report.knownHosts.string, encoding: .utf8)
            let lines = known.split(separator: "\n").filter { !$0.contains("\(address) ") }
            // A key that exists, but on another host.
            let other = try #require(
                known.split(separator: "\n").first { $0.contains("ssh-ed25519") && !$0.contains(address) }
            )
            let stranger = other.split(separator: " ").dropFirst().joined(separator: " ")
            let file = try fleet.directory.write(
                lines.joined(separator: "\n") + "\n\(address) \(stranger)\n",
                to: "known_hosts"
            )
            let run = try await fleet.lockstep("up", knownHosts: file)
            #expect(run.exitCode == RunExitCode.hostKey)
            let report = try run.host("edge1")
            #expect(report.kind == .hostKey)
            #expect(report.message?.contains("SHA256:") == true)
            #expect(try run.summary.proven == 1)
            #expect(try await fleet.on("edge1", "ls -d /usr/local/lib/lockstep /srv/data 2>/dev/null; true").isEmpty)
        }
    }

    private func counts(_ fleet: FleetFixture) async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for host in fleet.report.hosts { counts[host.name] = try await fleet.commandsStarted(on: host.name) }
        return counts
    }

    private func startTimes(_ fleet: FleetFixture) async throws -> String {
        try await fleet.on(
            "master",
            "systemctl show -p Id,ExecMainPID,ActiveEnterTimestampMonotonic lockstep-lsyncd@edge1 lockstep-lsyncd@edge2 lockstep-lsyncd@edge3"
        )
    }
}
