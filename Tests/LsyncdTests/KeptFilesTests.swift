import Foundation
import Glibc
import LockstepTestSupport
import Lsyncd
import Testing

/// What a copy must not lose, by the real lsyncd, rsync, sshd and gate.
@Suite("What a copy keeps", .timeLimit(.minutes(5)))
struct KeptFilesTests {
    @discardableResult
    private func on(_ directory: String, _ script: String) async throws -> String {
        let result = try await LocalProgram.shell("cd \"$1\" && { \(script)\n}", directory)
        #expect(result.status == 0, "\(result.error)")
        return result.output
    }

    /// Exchanges two paths at once, as `mv --exchange` of newer coreutils does.
    private func exchange(_ one: String, _ other: String) throws {
        typealias Rename = @convention(c) (CInt, UnsafePointer<CChar>, CInt, UnsafePointer<CChar>, CUnsignedInt) -> CInt
        let rename = unsafeBitCast(try #require(dlsym(nil, "renameat2")), to: Rename.self)
        let exchanging: CUnsignedInt = 2
        try #require(rename(AT_FDCWD, one, AT_FDCWD, other, exchanging) == 0)
    }

    @Test("What cannot be read is not deleted; the rest goes on, also after a start, and the path is named")
    func unreadable() async throws {
        try await Replication.with(isStarted: false) { replication in
            try await on(
                replication.source,
                "mkdir -p media/deep 'new\nline'; echo 1 >media/deep/f; echo 2 >'new\nline/g'; echo 3 >h"
            )
            try await replication.start(isPowerless: true)
            try await replication.untilLive()
            try await replication.untilEqual()
            try await replication.stop()

            try await on(replication.source, "echo 4 >h; rm -f i; chmod 0 media 'new\nline'; echo new >later")
            try await on(replication.target, "echo own >stranger")
            try await replication.start(isPowerless: true)
            try await eventually("the rest is right, deletions too") {
                replication.arrived("h") == "4\n" && replication.arrived("later") == "new\n"
                    && replication.arrived("stranger") == nil
            }
            try await replication.untilLive()
            try await eventually("the paths are named") { replication.report?.leftOut.count == 2 }
            let report = try #require(replication.report)
            #expect(
                Set(report.leftOut) == [
                    LeftOut(path: "/media", reason: .unreadable), LeftOut(path: "/new\nline", reason: .unreadable),
                ]
            )
            #expect(report.isIncomplete && report.failures == 0, "\(report)")

            try await on(replication.source, "rm later; mkdir other; echo 5 >other/file")
            try await eventually("changes go on") {
                replication.arrived("later") == nil && replication.arrived("other/file") == "5\n"
            }
            try await replication.fullPass()
            #expect(replication.arrived("media/deep/f") == "1\n")
            #expect(replication.arrived("new\nline/g") == "2\n")

            try await on(replication.source, "chmod 0755 media 'new\nline'; echo 6 >media/deep/f")
            try await eventually("lsyncd ends, which does not watch them") { !replication.isRunning }
            try await replication.start(isPowerless: true)
            try await replication.untilEqual("what can be read again is no longer left out")
            try await on(replication.source, "echo 7 >media/deep/f")
            try await replication.untilEqual("and is watched")
        }
    }

    @Test("A file that cannot be read holds up no deletion, and is not deleted")
    func unreadableFile() async throws {
        try await Replication.with(isStarted: false) { replication in
            try await on(replication.source, "mkdir d; echo 1 >d/secret; echo 2 >d/gone; echo 3 >gone")
            try await replication.start(isPowerless: true)
            try await replication.untilLive()
            try await replication.untilEqual()
            try await replication.whileHeld {
                try await on(replication.source, "chmod 0 d/secret; touch d/secret; rm d/gone gone")
            }
            try await eventually("what is gone goes") {
                replication.arrived("d/gone") == nil && replication.arrived("gone") == nil
            }
            #expect(replication.arrived("d/secret") == "1\n")
        }
    }

    @Test("A directory exchanged with another is watched again: lsyncd starts over")
    func exchange() async throws {
        try await Replication.with { replication in
            try await on(replication.source, "mkdir -p a/x b/y; echo 1 >a/f; echo 2 >b/f")
            try await replication.untilLive()
            try await replication.untilEqual()
            // Neither sets it off.
            try await on(
                replication.source,
                """
                for n in 1 2 3 4 5 6 7 8 9 10; do mkdir m; echo $n >m/f; rm -r m; done
                mkdir m; mv m n; mv a t; mv b a; mv t b; mv n n.real; ln -s n.real n
                """
            )
            try await replication.untilEqual("renames arrive")
            try await Task.sleep(for: .seconds(8))
            #expect(replication.isRunning)

            try exchange("\(replication.source)/a", "\(replication.source)/b")
            try await eventually("lsyncd ends", within: .seconds(20)) { !replication.isRunning }
            #expect(replication.log.contains("was exchanged with another directory"))
            try await replication.start()
            try await replication.untilLive()
            try await on(replication.source, "echo 3 >a/later; echo 4 >b/later")
            try await replication.untilEqual("both are watched")
        }
    }

    @Test("Other content of the same size and time arrives: written in place, moved over, or by a directory")
    func sameSizeAndTime() async throws {
        try await Replication.with { replication in
            try await on(
                replication.source,
                """
                mkdir cur; for f in place moved cur/in still; do echo one >$f; touch -d '2020-01-01 00:00:00.5' $f; done
                """
            )
            try await replication.untilLive()
            try await replication.untilEqual()
            try await on(
                replication.source,
                """
                mkdir next ../stage; for f in next/in ../stage/moved ../stage/place; do echo two >$f; touch -r place $f; done
                cp -p ../stage/place place
                mv ../stage/moved moved
                mv cur old; mv next cur
                """
            )
            for name in ["place", "moved", "cur/in"] {
                try await eventually("\(name) arrives", within: .seconds(20)) { replication.arrived(name) == "two\n" }
            }
            try await replication.untilEqual()
            #expect(replication.arrived("still") == "one\n")
        }
    }

    @Test("Other content of the same size and time arrives also after an absence and a start-over")
    func sameSizeAndTimeLater() async throws {
        try await Replication.with { replication in
            try await on(
                replication.source,
                "for f in away over; do echo one >$f; touch -d '2020-01-01 00:00:00.5' $f; done"
            )
            try await replication.untilLive()
            try await replication.untilEqual()
            replication.server.stop()
            try await on(replication.source, "echo two >x; touch -r away x; mv x away")
            try await eventually("the target is suspended") { replication.report?.phase == .suspended }
            try #require(try await replication.server.start())
            try await eventually("it arrives after the return") { replication.arrived("away") == "two\n" }

            // As a start-over, which ends lsyncd while a change waits.
            replication.server.stop()
            try await on(replication.source, "echo two >x; touch -r over x; mv x over; mkdir a b")
            try await eventually("the target is suspended") { replication.report?.phase == .suspended }
            try exchange("\(replication.source)/a", "\(replication.source)/b")
            try await eventually("lsyncd ends", within: .seconds(20)) { !replication.isRunning }
            try #require(try await replication.server.start())
            try await replication.start()
            try await eventually("it arrives after the start") { replication.arrived("over") == "two\n" }
        }
    }

    @Test("Files that are written as usual are compared by their content never")
    func noNeedlessComparison() async throws {
        try await Replication.with { replication in
            try await replication.untilLive()
            try await on(
                replication.source,
                """
                mkdir d; for n in $(seq 300); do echo $n >d/$n; echo $n >$n; done; sleep 1
                for n in $(seq 300); do : >>d/$n; echo more >>$n; done; cp -r d e
                """
            )
            try await replication.untilEqual()
            try await replication.untilIdle()
            #expect(!replication.runs.contains { $0.contains("--checksum") })
        }
    }

    @Test("Where deletion is by full passes only, a directory that becomes a link or a file arrives at once")
    func startupReplaces() async throws {
        try await Replication.with(settings: ["delete": "startup"]) { replication in
            try await on(replication.source, "mkdir -p a/x b; echo 1 >a/x/f; echo 2 >b/f; echo 3 >c")
            try await replication.untilLive()
            try await replication.untilEqual()
            try await on(replication.source, "rm -r a b; ln -s c a; echo 4 >b; rm c")
            try await eventually("the link arrives", within: .seconds(20)) {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(replication.target)/a")) == "c"
            }
            try await eventually("the file arrives", within: .seconds(20)) { replication.arrived("b") == "4\n" }
            #expect(replication.arrived("c") == "3\n")
            #expect(replication.report?.failures == 0)
        }
    }

    @Test("Where nothing is deleted, what cannot arrive is named, and nothing waits for it")
    func blocked() async throws {
        try await Replication.with(settings: ["delete": "no"]) { replication in
            try await on(replication.source, "mkdir a; echo 1 >a/f")
            try await replication.untilLive()
            try await replication.untilEqual()
            try await on(replication.source, "rm -r a; ln -s b a; echo 2 >b")
            try await eventually("the path is named", within: .seconds(20)) {
                replication.report?.leftOut == [LeftOut(path: "/a", reason: .blocked)]
            }
            try await eventually("the others arrive", within: .seconds(20)) { replication.arrived("b") == "2\n" }
            #expect(replication.arrived("a/f") == "1\n")
            #expect(replication.report?.failures == 0)

            try await on(replication.target, "rm -r a")
            try await on(replication.source, "touch -h a")
            try await replication.untilEqual("it arrives when nothing is in its way any more, and it changes")
        }
    }
}
