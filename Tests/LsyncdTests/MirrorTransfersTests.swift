import Foundation
import LockstepTestSupport
import RemoteHost
import Testing

@testable import Lsyncd

@Suite("What is being sent to mirrors, and the word to try them at once", .timeLimit(.minutes(2)))
struct MirrorTransfersTests {
    @Test("Transfers that go on, and full passes that are about to; what is not renewed says nothing")
    func ongoing() throws {
        let state = MasterState(
            now: 1000,
            reports: [
                #"{"name":"a","phase":"live","failures":0,"waiting":1,"sending_since":960,"written_at":999}"#,
                #"{"name":"b","phase":"live","failures":0,"waiting":1,"sending_since":0,"written_at":999}"#,
                #"{"name":"c","phase":"catching-up","failures":2,"written_at":999}"#,
                #"{"name":"d","phase":"live","failures":0,"waiting":1,"sending_since":960,"written_at":900}"#,
                #"{"name":"e","phase":"suspended","failures":3,"written_at":999}"#,
            ]
        )
        let mirrors = ["a", "b", "c", "d", "e"]
        let ongoing = try MirrorTransfers(mirrors: mirrors).ongoing(in: state.facts(about: mirrors))
        #expect(ongoing.mapValues(\.seconds) == ["a": 40, "c": 0])
        #expect(ongoing["c"]?.failures == 2)
    }

    /// A shell that runs scripts, and the way in which it is started.
    private static let shells = ["dash", "bash", "busybox sh"]

    private func run(_ script: String, _ shell: String, in directory: TemporaryDirectory) async throws -> String {
        let moved = script.replacing("/run/lockstep/", with: "\(directory["."])/")
        let result = try await LocalProgram.run("sh", ["-c", "exec \(shell) -s"], input: moved)
        #expect(result.status == 0, "\(result.error)")
        return result.output
    }

    @Test("Only what is suspended is tried at once")
    func suspended() throws {
        let state = MasterState(
            now: 1000,
            reports: [
                #"{"name":"a","phase":"live","written_at":999}"#,
                #"{"name":"b","phase":"suspended","written_at":999}"#,
                #"{"name":"c","phase":"suspended","written_at":900}"#,
            ]
        )
        let mirrors = ["a", "b", "c"]
        #expect(try MirrorTransfers(mirrors: mirrors).suspended(in: state.facts(about: mirrors)) == ["b", "c"])
    }

    @Test("What is there is tried at once, and only until the layer begins to", arguments: shells)
    func wake(shell: String) async throws {
        try await TemporaryDirectory.with { directory in
            for name in ["b", "c"] { try await runLocally("mkdir", [directory[name]]) }
            // As the layer does it, one with the first look of the script and one with the second.
            let takes = """
                cd '\(directory["."])'
                looks=0
                sleep() { looks=$((looks + 1)); [ $looks -eq 1 ] && rmdir b/resync || rmdir c/resync; }
                """
            let script = MirrorTransfers(mirrors: ["b", "c", "none"]).wakingScript
            let output = try await run("\(takes)\n\(script)\necho looks $looks", shell, in: directory)
            #expect(MirrorTransfers.woken(in: output) == ["b", "c"])
            #expect(output.hasSuffix("looks 2\n"), "\(output)")
        }
    }

    @Test("A layer that never begins to is waited for six seconds", arguments: shells)
    func asleep(shell: String) async throws {
        try await TemporaryDirectory.with { directory in
            try await runLocally("mkdir", [directory["a"]])
            let script = "sleep() { echo slept $1; }\n\(MirrorTransfers(mirrors: ["a"]).wakingScript)"
            let output = try await run(script, shell, in: directory)
            #expect(output == "trying a\n" + String(repeating: "slept 1\n", count: 6))
        }
    }

    @Test("A link in the wish's place leads nowhere", arguments: shells)
    func link(shell: String) async throws {
        try await TemporaryDirectory.with { directory in
            try await runLocally("mkdir", [directory["a"]])
            try await runLocally("ln", ["-s", directory["elsewhere"], directory["a/resync"]])
            let script = "sleep() { :; }\n\(MirrorTransfers(mirrors: ["a"]).wakingScript)"
            _ = try await run(script, shell, in: directory)
            #expect(!FileManager.default.fileExists(atPath: directory["elsewhere"]))
        }
    }

    @Test("The real layer takes the word, and sends at once what it had put off")
    func layer() async throws {
        try await Replication.with { replication in
            try await replication.untilLive()
            try replication.scriptRsync(Array(repeating: "255", count: 9))
            try replication.write("x", to: "file")
            try await eventually("several attempts are put off", within: .seconds(60)) {
                replication.report.map { $0.phase == .suspended && $0.retryIn >= 16 } ?? false
            }
            try FileManager.default.removeItem(atPath: "\(replication.directory)/endings")
            let script = MirrorTransfers(mirrors: [Replication.name]).wakingScript
                .replacing("/run/lockstep/", with: "\(replication.directory)/run/")
            let start = ContinuousClock.now
            let woken = try await LocalProgram.shell(script)
            #expect(MirrorTransfers.woken(in: woken.output) == [Replication.name], "\(woken)")
            try await eventually("what was put off arrives") { replication.arrived("file") == "x" }
            #expect(ContinuousClock.now - start < .seconds(15), "the next attempt was sixteen seconds away")
        }
    }
}
