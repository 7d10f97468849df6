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

    @Test(
        "What a lane has changed is looked at a second later, whatever other lanes do",
        arguments: TestUserland.allCases
    )
    func ofLane(userland: TestUserland) async throws {
        try await TemporaryDirectory.with { directory in
            let host = try await userland.install(in: directory["bin"], home: directory["home"])
            let here = "cd '\(directory["."])'"
            // As long as a look that comes after all lanes would wait for it.
            let waiting = "\(here); n=0; until [ -e looked ]; do sleep 0.1; n=$((n + 1)); [ $n -lt 100 ]; done"
            let steps = [
                FramedScript.Step(Change("", script: waiting), chains: [1], lane: 1),
                FramedScript.Step(
                    Change("", script: "echo up", laterCheck: "\(here); : >looked; echo gone; exit 3"),
                    chains: [2],
                    lane: 2
                ),
                FramedScript.Step(Change("", script: "exit 4", laterCheck: ": not reached"), chains: [3], lane: 3),
                FramedScript.Step(Change("", script: "echo up", laterCheck: ":"), chains: [4], lane: 4),
            ]
            let script = FramedScript(applying: steps, nonce: "n0")
            let start = ContinuousClock.now
            let result = try await host.run(.script(script.text, deadline: .seconds(20)))
            #expect(ContinuousClock.now - start >= .seconds(1))
            var parser = FrameParser(nonce: "n0")
            let frames = parser.consume(result.standardOutput)
            #expect(parser.isComplete)
            let outputs = Dictionary(grouping: frames, by: \.index).mapValues { $0.map(\.output) }
            #expect(outputs[0]?.map(\.status) == [0])
            #expect(outputs[1]?.map(\.text) == ["up\n", "gone\n"] && outputs[1]?.map(\.status) == [0, 3])
            #expect(outputs[2]?.map(\.ending) == [.ended, .skipped])
            #expect(outputs[3]?.map(\.status) == [0, 0])
        }
    }

    @Test("Where lanes run in turn, all is looked at after one second")
    func withoutRoom() async throws {
        try await TemporaryDirectory.with { directory in
            let host = try await TestUserland.dash.install(in: directory["bin"], home: directory["home"])
            try directory.write("#!/bin/sh\nexit 1\n", to: "bin/mktemp")
            try await runLocally("chmod", ["755", directory["bin/mktemp"]])
            let steps = (1...3).map {
                FramedScript.Step(Change("", script: "echo \($0)", laterCheck: "echo still"), chains: [$0], lane: $0)
            }
            let script = FramedScript(applying: steps, nonce: "n0")
            let result = try await host.run(.script(script.text, deadline: .seconds(20)))
            var parser = FrameParser(nonce: "n0")
            let frames = parser.consume(result.standardOutput)
            #expect(parser.isComplete)
            #expect(frames.map(\.output.text) == ["1\n", "2\n", "3\n", "still\n", "still\n", "still\n"])
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
