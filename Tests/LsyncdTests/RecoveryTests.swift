import Foundation
import LockstepTestSupport
import Lsyncd
import Testing

@Suite("Recovery of the real lsyncd under Lockstep's layer", .timeLimit(.minutes(5)))
struct RecoveryTests {
    @Test("A slave that is away while files change is complete after its return, with little work meanwhile")
    func slaveReturns() async throws {
        try await Replication.with { replication in
            try replication.write("x", to: "old")
            try await replication.untilLive()
            replication.server.stop()
            // More changes at once than lsyncd's limit, above which it forgets all delays and spins.
            try await replication.whileHeld {
                _ = try await LocalProgram.shell(
                    "cd \"$1\" && rm old && mkdir -p new/deep && for i in $(seq 1200); do echo $i >new/$i; done",
                    replication.source
                )
            }
            try await eventually("the target is suspended") { replication.report?.phase == .suspended }
            let report = try #require(replication.report)
            #expect(report.runs < 10 && report.failures >= 3, "\(report)")
            let attempts = try (1...3).map { try #require(replication.secondOfDay(of: "failure \($0),")) }
            #expect(attempts[2] - attempts[0] >= 2, "the second attempt waits 1 s, the third 2 s: \(attempts)")
            // Which of the two it is depends on who notices first, rsync or ssh.
            #expect([12, 255].contains(report.lastExit?.number), "\(report)")
            // Made while no sync wanted it: it must be watched all the same.
            _ = try await LocalProgram.shell("mkdir \"$1/new/deep/later\"", replication.source)
            try #require(try await replication.server.start())
            try await replication.untilEqual("all is there after the return")
            try await replication.untilLive()
            try replication.write("y", to: "new/deep/later/file")
            try await replication.untilEqual("a directory that was made meanwhile is watched")
        }
    }

    @Test("The master's clock may jump by days, both ways, also while a slave is away")
    func clockJumps() async throws {
        try await Replication.with(isStarted: false) { replication in
            let clock = replication.directory + "/clock"
            func jump(_ offset: String) throws { try offset.write(toFile: clock, atomically: true, encoding: .utf8) }
            try jump("+0")
            try await replication.start(clock: clock)
            try await replication.untilLive()
            let begin = try #require(replication.report).writtenAt
            for (number, offset) in ["+3d", "-3d", "+1h"].enumerated() {
                try jump(offset)
                try replication.write("x", to: "file\(number)")
                try await replication.untilEqual("a change arrives with the clock off by \(offset)")
            }
            replication.server.stop()
            try replication.write("y", to: "file0")
            try await eventually("the target is suspended") { replication.report?.phase == .suspended }
            try jump("-3d")
            try await eventually("lsyncd's clock has jumped") {
                (replication.report?.writtenAt ?? begin) < begin - 86_400
            }
            try #require(try await replication.server.start())
            try await replication.untilEqual("the slave is complete after its return")
        }
    }

    @Test("lsyncd starts while its slave is away, and completes it later")
    func slaveComesLate() async throws {
        try await Replication.with(isStarted: false) { replication in
            try replication.write("x", to: "file")
            replication.server.stop()
            try await replication.start()
            try await eventually("the target is suspended") { replication.report?.phase == .suspended }
            #expect(replication.isRunning)
            try #require(try await replication.server.start())
            try await replication.untilEqual()
        }
    }

    @Test("A transfer that a signal killed is done again, the first full pass too")
    func killedRsync() async throws {
        try await Replication.with(isStarted: false) { replication in
            try replication.write("x", to: "first")
            try replication.scriptRsync(["KILL"])
            try await replication.start()
            try await replication.untilLive()
            try await replication.untilEqual("the first pass is done again")
            #expect(replication.log.contains("rsync ended with 137"))

            try replication.scriptRsync(["KILL"])
            try replication.write("y", to: "second")
            try await replication.untilEqual("a later transfer is done again")
            #expect(replication.scriptedEndingsLeft == 0)
        }
    }

    @Test("No exit code of rsync ends lsyncd or loses a change", arguments: [1, 2, 4, 12, 25, 99, 127])
    func anyExitCode(code: Int) async throws {
        try await Replication.with { replication in
            try await replication.untilLive()
            try replication.scriptRsync(["\(code)", "\(code)", "\(code)"])
            try replication.write("x", to: "file")
            try await replication.untilEqual()
            #expect(replication.scriptedEndingsLeft == 0)
            #expect(replication.isRunning)
        }
    }

    @Test("Files that cannot be transferred are tried again, then said, and the others do not wait for them")
    func partialTransfer() async throws {
        try await Replication.with { replication in
            try await replication.untilLive()
            try replication.scriptRsync(["23", "23", "23", "23"])
            try replication.write("x", to: "file")
            try await eventually("the report says incomplete") { replication.report?.isIncomplete == true }
            #expect(replication.report?.phase == .live)
            #expect(replication.scriptedEndingsLeft == 0)
            try replication.write("y", to: "other")
            try await eventually("later changes go on") { replication.arrived("other") == "y" }
            #expect(replication.report?.isIncomplete == true)

            try "".write(toFile: "\(replication.run)/resync", atomically: false, encoding: .utf8)
            try await eventually("a full pass that works ends it") { replication.report?.isIncomplete == false }
            try await replication.untilEqual()
        }
    }

    @Test("An empty source never empties a target at the start")
    func emptySource() async throws {
        try await Replication.with(isStarted: false) { replication in
            try "precious".write(toFile: "\(replication.target)/file", atomically: false, encoding: .utf8)
            try await replication.start()
            try await replication.untilLive()
            #expect(replication.arrived("file") == "precious")
            #expect(replication.log.contains("the source is empty"))
        }
    }

    @Test("A source that is replaced under lsyncd ends it, for its supervisor to start it anew")
    func replacedSource() async throws {
        try await Replication.with(isStarted: false) { replication in
            try replication.write("x", to: "file")
            try await replication.start()
            try await replication.untilLive()
            _ = try await LocalProgram.shell("mv \"$1\" \"$1.old\" && mkdir \"$1\"", replication.source)
            try await eventually("lsyncd ends") { !replication.isRunning }
            #expect(replication.log.contains("the source is not the directory it was"))
            #expect(replication.arrived("file") == "x")
        }
    }

    @Test("The report is renewed while nothing happens")
    func heartbeat() async throws {
        try await Replication.with { replication in
            try await replication.untilLive()
            let first = try #require(replication.report)
            #expect(first.lsyncd?.hasPrefix("2.") == true)
            #expect(first.isAlive(at: Int(Date().timeIntervalSince1970)))
            try await eventually("a later report", within: .seconds(20)) {
                (replication.report?.writtenAt ?? 0) > first.writtenAt + 2
            }
            #expect(replication.report?.runs == first.runs)
        }
    }
}
