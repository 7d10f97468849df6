import ArgumentParser
import FleetRunner
import LockstepTestSupport
import SecureShell
import SystemPackage
import Testing

@testable import LockstepCommands

@Suite("Deadlines", .timeLimit(.minutes(2)))
struct DeadlineOptionsTests {
    @Test("Each deadline is set by its own option, before the verb or after it; the others stay")
    func each() throws {
        let before = try CommonOptions.parse([
            "--connect-timeout", "1", "--login-timeout", "2", "--command-timeout", "7",
        ])
        let after = try CommonOptions.parse([
            "--handshake-timeout", "0.5", "--login-timeout", "2.5", "--close-timeout", "4", "--change-timeout", "8",
            "--first-pass-timeout", "9",
        ])
        let deadlines = after.completed(by: before).deadlines
        let wanted = SSHDeadlines(
            connect: .seconds(1),
            handshake: .milliseconds(500),
            authentication: .milliseconds(2500),
            close: .seconds(4)
        )
        #expect(deadlines.ofConnections == wanted)
        let run = RunDeadlines(
            probe: .seconds(7),
            change: .seconds(8),
            firstPass: .seconds(9),
            canaryStep: .seconds(20)
        )
        #expect(deadlines.ofRun(canaryStep: .seconds(20)) == run)
    }

    @Test("Where none is given, the usual ones hold")
    func usual() throws {
        let deadlines = try CommonOptions.parse([]).deadlines
        #expect(deadlines.ofConnections == SSHDeadlines())
        #expect(deadlines.ofRun(canaryStep: .seconds(10)) == RunDeadlines())
    }

    @Test("A time that makes no sense is refused", arguments: ["0", "-1", "0.01", "86401", "nan", "inf", "soon"])
    func senseless(time: String) {
        for step in ["connect", "handshake", "login", "command", "change", "first-pass", "close"] {
            #expect(throws: (any Error).self) { try CommonOptions.parse(["--\(step)-timeout=\(time)"]) }
        }
    }

    @Test(
        "A host that says nothing is given up at the deadline of the command line, whatever the ssh configuration says"
    )
    func program() async throws {
        try await TestTCPServer.with(.full) { hole in
            try await AdHocFleet.with(slaves: 1) { fleet in
                let config = try fleet.server.directory.write("Host *\n  ConnectTimeout 60\n", to: "config")
                let text = try #require(fleet.server.directory.read("lab.ini"))
                let line = "edge1 ansible_host=127.0.0.1 ansible_port=\(hole.port)"
                let changed = text.replacing("edge1 ansible_host=127.0.0.2", with: line)
                try fleet.server.directory.write(changed, to: "lab.ini")
                let result = try await fleet.lockstep(
                    "ping",
                    "-F",
                    config.string,
                    "--connect-timeout",
                    "0.5",
                    "--limit",
                    "edge1"
                )
                #expect(result.output.contains("within 0.5 seconds"))
                #expect(result.status == 5)
            }
        }
    }
}
