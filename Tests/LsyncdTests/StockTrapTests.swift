import Foundation
import LockstepTestSupport
import Lsyncd
import Testing

/// What goes wrong with lsyncd as it comes, and does not under the layer. Each is tried with both: a habit that lsyncd
/// has lost makes its test fail too, and then the part of the layer that answers it can go.
@Suite("What stock lsyncd does not survive", .timeLimit(.minutes(5)))
struct StockTrapTests {
    /// Long enough for stock lsyncd to have tried again several times, and for the layer on a busy machine.
    private func patience(_ configured: Replication.Configured) -> Duration {
        configured == .stock ? .seconds(6) : .seconds(60)
    }

    /// Whether a file that comes now arrives. It comes whole: of one that is written in the source lsyncd may hear twice,
    /// and send it twice.
    private func arrives(_ name: String, _ replication: Replication) async throws -> Bool {
        let whole = replication.directory + "/whole"
        try "x".write(toFile: whole, atomically: false, encoding: .utf8)
        try FileManager.default.moveItem(atPath: whole, toPath: "\(replication.source)/\(name)")
        return try await comesTrue(within: patience(replication.configured)) { replication.arrived(name) == "x" }
    }

    /// Waits until lsyncd follows the source: a first file has arrived.
    private func settle(_ replication: Replication) async throws {
        try replication.write("x", to: "first")
        try await eventually("the first file arrives") { replication.arrived("first") == "x" }
        try await Task.sleep(for: .milliseconds(500))
    }

    /// A file whose transfer ends so the first time arrives under the layer only.
    private func expectSurvival(of ending: String, _ replication: Replication) async throws {
        try await settle(replication)
        try replication.scriptRsync([ending])
        let hasArrived = try await arrives("file", replication)
        #expect(replication.scriptedEndingsLeft == 0)
        #expect(hasArrived == (replication.configured == .layer))
    }

    @Test("A transfer that a signal ended is not taken for done", arguments: Replication.Configured.allCases)
    func killedTransfer(configured: Replication.Configured) async throws {
        try await Replication.with(by: configured) { replication in
            try await expectSurvival(of: "KILL", replication)
        }
    }

    @Test("An exit code that nobody foresaw does not end the daemon", arguments: Replication.Configured.allCases)
    func unknownCode(configured: Replication.Configured) async throws {
        try await Replication.with(by: configured) { replication in
            try await expectSurvival(of: "99", replication)
            #expect(replication.isRunning == (configured == .layer))
        }
    }

    @Test("A slave that is away at the start does not end the daemon", arguments: Replication.Configured.allCases)
    func awayAtStart(configured: Replication.Configured) async throws {
        try await Replication.with(by: configured, isStarted: false) { replication in
            replication.server.stop()
            try replication.write("x", to: "file")
            try await replication.start()
            let hasEnded = try await comesTrue(within: .seconds(6)) { !replication.isRunning }
            #expect(hasEnded == (configured == .stock))
        }
    }

    @Test("Files that could not be transferred once are tried again", arguments: Replication.Configured.allCases)
    func partialTransfer(configured: Replication.Configured) async throws {
        try await Replication.with(by: configured) { replication in
            try await expectSurvival(of: "23", replication)
        }
    }

    @Test("Many changes for a slave that is away are no storm of attempts", arguments: Replication.Configured.allCases)
    func storm(configured: Replication.Configured) async throws {
        try await Replication.with(by: configured) { replication in
            try await settle(replication)
            replication.server.stop()
            let before = replication.runs.count
            try await replication.whileHeld {
                let script = "cd \"$1\" && for i in $(seq 1200); do echo $i >new$i; done"
                _ = try await LocalProgram.shell(script, replication.source)
            }
            let limit = configured == .stock ? Duration.seconds(60) : .seconds(8)
            let isStorm = try await comesTrue(within: limit) { replication.runs.count - before >= 10 }
            #expect(isStorm == (configured == .stock), "\(replication.runs.count - before) attempts")
        }
    }

    @Test(
        "What a slave that is away costs does not grow with what it misses",
        arguments: Replication.Configured.allCases
    )
    func queue(configured: Replication.Configured) async throws {
        // With this, stock lsyncd keeps to its waits: what is seen is the queue itself, and no storm of attempts.
        let preface = "settings { maxDelays = 1000000 }\n"
        try await Replication.with(by: configured, preface: preface) { replication in
            try await settle(replication)
            replication.server.stop()
            var costs: [Double] = []
            for batch in 1...3 {
                let before = try #require(replication.processorTime)
                try await replication.whileHeld {
                    let script = "cd \"$1\" && for i in $(seq 450); do echo $i >new$2.$i; done"
                    _ = try await LocalProgram.shell(script, replication.source, "\(batch)")
                }
                try await replication.untilIdle()
                costs.append(try #require(replication.processorTime) - before)
            }
            // Stock lsyncd compares each new change with all that wait.
            #expect((costs[2] > 2 * costs[0] + 0.1) == (configured == .stock), "seconds of the processor: \(costs)")
        }
    }

    @Test(
        "No two transfers of one copy run at a time, whatever the settings allow",
        arguments: Replication.Configured.allCases
    )
    func transfersAtATime(configured: Replication.Configured) async throws {
        // They overrule what a sync says of itself, which is one process. lsyncd 2.3.1 loses its queue and ends when a sync
        // has more than one at a time; under the layer none ever has.
        let preface = "settings { maxProcesses = 3, maxDelays = 1 }\n"
        try await Replication.with(by: configured, preface: preface) { replication in
            try await settle(replication)
            try replication.scriptRsync(["HOLD"])
            try replication.write("x", to: "one")
            try await eventually("a transfer is held") { replication.scriptedEndingsLeft == 0 }
            let before = replication.runs.count
            try replication.write("y", to: "two")
            let limit = configured == .stock ? Duration.seconds(60) : .seconds(6)
            let isAnother = try await comesTrue(within: limit) { replication.runs.count > before }
            #expect(isAnother == (configured == .stock))
            try replication.release()
            try await eventually("both arrive") {
                replication.arrived("one") == "x" && replication.arrived("two") == "y"
            }
        }
    }

    @Test("A version of the same length from the same second arrives", arguments: Replication.Configured.allCases)
    func sameSecond(configured: Replication.Configured) async throws {
        try await Replication.with(by: configured) { replication in
            try await settle(replication)
            let script = "cd \"$1\" && printf %s \"$2\" >.new && touch -d \"@1700000000.$3\" .new && mv .new same"
            _ = try await LocalProgram.shell(script, replication.source, "one", "1")
            try await eventually("the first version arrives") { replication.arrived("same") == "one" }
            _ = try await LocalProgram.shell(script, replication.source, "two", "2")
            let hasArrived = try await comesTrue(within: patience(configured)) { replication.arrived("same") == "two" }
            #expect(hasArrived == (configured == .layer))
        }
    }

    @Test("A bracket in a name does not keep the file from being sent", arguments: Replication.Configured.allCases)
    func bracket(configured: Replication.Configured) async throws {
        try await Replication.with(by: configured) { replication in
            try await settle(replication)
            let hasArrived = try await arrives("a]b", replication)
            #expect(hasArrived == (configured == .layer))
        }
    }

    @Test(
        "A directory with a backslash in its name goes from the slave too",
        arguments: Replication.Configured.allCases
    )
    func backslash(configured: Replication.Configured) async throws {
        try await Replication.with(by: configured) { replication in
            try await settle(replication)
            _ = try await LocalProgram.shell(#"mkdir "$1/a\b" && echo x >"$1/a\b/file""#, replication.source)
            try await eventually("it arrives") { replication.arrived(#"a\b/file"#) == "x\n" }
            _ = try await LocalProgram.shell(#"mv "$1/a\b" "$1.gone""#, replication.source)
            let place = replication.target + #"/a\b"#
            let isGone = try await comesTrue(within: patience(configured)) {
                !FileManager.default.fileExists(atPath: place)
            }
            #expect(isGone == (configured == .layer))
        }
    }

    @Test("A source that is replaced under the daemon is noticed", arguments: Replication.Configured.allCases)
    func replacedSource(configured: Replication.Configured) async throws {
        try await Replication.with(by: configured) { replication in
            try await settle(replication)
            _ = try await LocalProgram.shell("mv \"$1\" \"$1.old\" && mkdir \"$1\"", replication.source)
            // The layer looks every ten seconds, and ends for its supervisor to start it anew.
            let limit = configured == .stock ? Duration.seconds(15) : .seconds(60)
            let hasEnded = try await comesTrue(within: limit) { !replication.isRunning }
            #expect(hasEnded == (configured == .layer))
        }
    }

    @Test("What the daemon says of itself is fresh while nothing happens", arguments: Replication.Configured.allCases)
    func status(configured: Replication.Configured) async throws {
        try await Replication.with(by: configured) { replication in
            try await settle(replication)
            let file = "\(replication.run)/\(configured == .stock ? "status" : "report.json")"
            let date = { try? FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date }
            try await eventually("there is one") { date() != nil }
            // Until all that the first file has led to is over.
            try await Task.sleep(for: .seconds(5))
            let before = date()
            let limit = configured == .stock ? Duration.seconds(6) : .seconds(60)
            let isRenewed = try await comesTrue(within: limit) { date() != before }
            #expect(isRenewed == (configured == .layer))
        }
    }

    @Test("A slave that hangs does not hold its daemon for ever", arguments: Replication.Configured.allCases)
    func hungSlave(configured: Replication.Configured) async throws {
        try await Replication.with(by: configured) { replication in
            try await settle(replication)
            replication.server.hang()
            try replication.write("x", to: "file")
            let limit = configured == .stock ? Duration.seconds(20) : .seconds(90)
            let isToldOf = try await comesTrue(within: limit) {
                configured == .stock ? replication.log.contains("ailure") : (replication.report?.failures ?? 0) > 0
            }
            #expect(isToldOf == (configured == .layer))
        }
    }

    /// Whether bash is the login shell of whoever runs the tests.
    private static func isShellBash() async throws -> Bool {
        try await LocalProgram.shell("getent passwd \"$(id -u)\"").output.hasSuffix("/bash\n")
    }

    @Test(
        "A login shell on the slave that prints as it starts does not end the daemon",
        .enabled("needs bash as the login shell", { try await isShellBash() }),
        arguments: Replication.Configured.allCases
    )
    func printingShell(configured: Replication.Configured) async throws {
        try await Replication.with(by: configured, startUpFiles: .bashrc) { replication in
            try await settle(replication)
            let file = replication.server.directory + "/.bashrc"
            try "echo welcome to this host\n".write(toFile: file, atomically: false, encoding: .utf8)
            try replication.write("x", to: "file")
            // No transfer can work now: rsync takes these words for those of the other side.
            let hasEnded = try await comesTrue(within: configured == .stock ? .seconds(60) : .seconds(6)) {
                !replication.isRunning
            }
            #expect(hasEnded == (configured == .stock))
            #expect(replication.log.contains("is your shell clean?"))
            #expect(replication.arrived("file") == nil)
            guard configured == .layer else { return }
            try await eventually("the report has the code") { replication.report?.lastExit?.number == 2 }
            try FileManager.default.removeItem(atPath: file)
            try await eventually("it arrives when the shell is silent") { replication.arrived("file") == "x" }
        }
    }
}
