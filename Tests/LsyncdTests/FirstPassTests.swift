import LockstepTestSupport
import RemoteHost
import Testing

@testable import Lsyncd

@Suite("The wait for the first pass")
struct FirstPassTests {
    /// The script with its folder and its service manager replaced by the test's own.
    func script(in directory: TemporaryDirectory, slaves: [String]) -> String {
        "systemctl() { [ -e \"\(directory["active"])\" ]; }\n"
            + FirstPass(mirrors: slaves).script.replacing("/run/lockstep/", with: "\(directory["."])/")
            .replacing("/run/systemd/system", with: directory["."])
    }

    @Test("It ends when every slave is live or has failed, and says for whom it waits")
    func waits() async throws {
        try await TemporaryDirectory.with { directory in
            for slave in ["a", "b", "c", "d"] { try await runLocally("mkdir", [directory[slave]]) }
            try directory.write("{\"phase\":\"live\"}", to: "a/report.json")
            try directory.write("{\"phase\":\"starting\"}", to: "b/report.json")
            try directory.write("{\"phase\":\"suspended\"}", to: "c/report.json")
            try directory.write("", to: "active")
            let change = """
                (sleep 0.5; echo '{"phase":"live"}' >\(directory["b/report.json"]); sleep 0.5; rm \(directory["active"])) &
                """
            let command = Command.script(
                change + "\n" + script(in: directory, slaves: ["a", "b", "c", "d"]),
                deadline: .seconds(60)
            )
            let result = try await LocalShellHost().run(command)
            #expect(result.succeeded)
            #expect(FirstPass.waiting(in: result.outputText) == [["b", "d"], ["d"]])
        }
    }

    @Test("Services that do not run are not waited for")
    func stopped() async throws {
        try await TemporaryDirectory.with { directory in
            let command = Command.script(script(in: directory, slaves: ["a"]), deadline: .seconds(60))
            let result = try await LocalShellHost().run(command)
            #expect(result.succeeded && result.outputText.isEmpty)
        }
    }
}
