import LockstepTestSupport
import RemoteHost
import Testing

@testable import Provisioning

@Suite("Looks at what was changed, a second later", .timeLimit(.minutes(1)))
struct LaterCheckTests {
    @Test("All are looked at after one second, however many there are, and each answers in a second frame")
    func once() async throws {
        try await TemporaryDirectory.with { directory in
            let steps = (1...30).map { number in
                FramedScript.Step(
                    Change("", script: "echo done", laterCheck: number == 7 ? "echo gone; exit 3" : ":"),
                    chains: [number]
                )
            }
            let script = FramedScript(applying: steps, nonce: "n0")
            let start = ContinuousClock.now
            let result = try await LocalShellHost().run(.script(script.text, deadline: .seconds(20)))
            let took = ContinuousClock.now - start
            #expect(took >= .seconds(1) && took < .seconds(15), "else there are thirty waits of a second")
            var parser = FrameParser(nonce: "n0")
            let frames = parser.consume(result.standardOutput)
            #expect(parser.isComplete && frames.count == 60)
            let late = frames.dropFirst(30).filter { $0.output.status != 0 }
            #expect(late.map(\.index) == [6] && late.first?.output == ProbeOutput(status: 3, text: "gone\n"))
        }
    }

    /// Asks whether a service stays up, with a systemctl of the test's own.
    private func staysUp(_ manager: ServiceManager, _ systemctl: String, in directory: TemporaryDirectory) async throws
        -> Int32
    {
        let service = manager.service("lockstep-lsyncd@edge1.service")
        let script = """
            systemctl() { \(systemctl); }
            journalctl() { echo "its last words"; }
            set -eu
            \(service.staysUp.replacing("/run/", with: directory["."] + "/").replacing("/etc/init.d/lockstep-lsyncd", with: directory["init"]))
            """
        let result = try await LocalProgram.run("dash", ["-c", script])
        if result.status != 0 { #expect(result.output.hasSuffix("it ended as soon as it was started\n")) }
        return result.status
    }

    @Test("A service of systemd that is started again and again does not stay up, also where it is up at the moment")
    func systemd() async throws {
        try await TemporaryDirectory.with { directory in
            let answers = [
                ("NRestarts=0", "true", 0), ("", "true", 0), ("NRestarts=0", "false", 1), ("NRestarts=2", "true", 1),
            ]
            for (restarts, active, status) in answers {
                let systemctl = "if [ $1 = show ]; then echo '\(restarts)'; else \(active); fi"
                let ended = try await staysUp(.systemd, systemctl, in: directory)
                #expect(ended == Int32(status), "\(restarts) \(active)")
            }
        }
    }

    @Test("Elsewhere a service whose supervisor runs does not stay up where its lsyncd has ended")
    func supervised() async throws {
        try await TemporaryDirectory.with { directory in
            try directory.write("#!/bin/sh\n", to: "init")
            try await runLocally("chmod", ["+x", directory["init"]])
            #expect(try await staysUp(.sysvinit, ":", in: directory) == 0, "it waits for a mount")
            try directory.write("1\n", to: "lockstep-lsyncd.edge1.child")
            #expect(try await staysUp(.sysvinit, ":", in: directory) == 0)
            try directory.write("4194304\n", to: "lockstep-lsyncd.edge1.child")
            #expect(try await staysUp(.sysvinit, ":", in: directory) == 1)
        }
    }
}
