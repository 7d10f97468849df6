import Foundation
import Glibc
import LockstepTestSupport
import Lsyncd
import SystemPackage
import Testing

/// What the settings of a directory do, by the real lsyncd, rsync, sshd and gate.
@Suite("What the settings of a directory do", .timeLimit(.minutes(5)))
struct MirrorSettingsTests {
    /// Runs a script in a directory.
    @discardableResult
    private func on(_ directory: String, _ script: String) async throws -> String {
        let result = try await LocalProgram.shell("cd \"$1\" && " + script, directory)
        #expect(result.status == 0, "\(result.error)")
        return result.output
    }

    /// The files below a directory.
    private func files(_ directory: String) -> [String] {
        Tree.read(directory).filter { $0.mode & S_IFMT == S_IFREG }.map(\.path.string).sorted()
    }

    private static let patterns = [
        "exclude": "*.tmp\n/cache/*\n[ab].log\nwe]ird\n- dash\n#hash\n/deep/**/no\nonly-dir/\nback\\\\slash*",
        "include": "/cache/keep/\nb.log\nimportant.tmp",
    ]

    private static let makeFiles = #"""
        mkdir -p cache/keep cache/lose deep/a/b only-dir sub/only-dir
        for f in x.tmp important.tmp cache/top cache/keep/in cache/lose/in a.log b.log c.log 'we]ird' '- dash' '#hash' \
            deep/a/b/no deep/a/b/yes deep/no only-dir/f sub/only-dir/f sub/x.tmp sub/y 'back\slash' 'new
        line'; do echo "$1" >"$f"; done
        """#

    private static let allowed = [
        "b.log", "c.log", "cache/keep/in", "deep/a/b/yes", "deep/no", "important.tmp", "new\nline", "sub/y",
    ]

    @Test("What is excluded is not sent, by full passes or one by one; what is included is an exception")
    func patterns() async throws {
        try await Replication.with(settings: Self.patterns, isStarted: false) { replication in
            try await on(replication.source, "set -- first; " + Self.makeFiles)
            try await replication.start()
            try await replication.untilLive()
            #expect(files(replication.target) == Self.allowed)

            // The same again, change by change.
            try await on(replication.source, "find . -mindepth 1 -delete")
            try await eventually("all is deleted") { files(replication.target).isEmpty }
            try await on(replication.source, "set -- 'later than before'; " + Self.makeFiles)
            try await eventually("what is allowed arrives") { files(replication.target) == Self.allowed }
            try await on(replication.source, "mv sub/y sub/y.tmp; mv x.tmp x.txt; echo more >>b.log; echo more >>a.log")
            try await eventually("a name that is excluded from now on is gone, one that is not any more is there") {
                files(replication.target)
                    == (Self.allowed + ["x.txt"]).filter { $0 != "sub/y" }.sorted()
            }
            #expect(replication.arrived("b.log") == "later than before\nmore\n")
            #expect(replication.report?.failures == 0)
        }
    }

    @Test("What is excluded and on the slave stays there, also below a directory that is deleted")
    func excludedOnTheSlave() async throws {
        try await Replication.with(settings: Self.patterns, isStarted: false) { replication in
            try await on(replication.source, "mkdir sub; echo x >sub/y; echo x >z")
            try await on(replication.target, "mkdir sub; echo own >own.tmp; echo own >sub/own.tmp; echo own >stranger")
            let asked = try await LocalProgram.run(
                "lsyncd",
                ["-nodaemon", replication.configuration],
                environment: ["LOCKSTEP_CHECK": "deletions"]
            )
            #expect(
                asked.output.split(separator: "\n").filter { $0.hasPrefix("*deleting") }.map(String.init) == [
                    "*deleting   4 stranger"
                ]
            )
            try await replication.start()
            try await replication.untilLive()
            #expect(files(replication.target) == ["own.tmp", "sub/own.tmp", "sub/y", "z"])
            try await on(replication.source, "rm -r sub")
            try await eventually("what is not excluded below it is deleted") {
                files(replication.target) == ["own.tmp", "sub/own.tmp", "z"]
            }
            try await on(replication.source, "mkdir sub; echo new >sub/y")
            try await eventually("the directory is used again") {
                files(replication.target) == ["own.tmp", "sub/own.tmp", "sub/y", "z"]
            }
        }
    }

    @Test("A canary passes whatever is excluded, and goes again", arguments: ["yes", "no", "startup"])
    func canary(delete: String) async throws {
        let settings = ["exclude": "*\n.*\n/.lockstep*", "delete": delete]
        try await Replication.with(settings: settings) { replication in
            try await replication.untilLive()
            try await on(replication.source, "mkdir .lockstep-canary-1 && echo 1 >.lockstep-canary-1/a && echo x >file")
            try await eventually("the canary arrives") {
                files(replication.target) == [".lockstep-canary-1/a"]
            }
            try await on(replication.source, "mv .lockstep-canary-1/a .lockstep-canary-1/b")
            try await eventually("it is renamed") { files(replication.target) == [".lockstep-canary-1/b"] }
            try await on(replication.source, "rm -r .lockstep-canary-1")
            try await eventually("it is gone") { Tree.read(replication.target).isEmpty }
        }
    }

    @Test("Deletion: never, by full passes only, or always", arguments: ["no", "startup", "yes"])
    func deletion(delete: String) async throws {
        try await Replication.with(settings: ["delete": delete], isStarted: false) { replication in
            try await on(replication.source, "mkdir d; echo x >a; echo x >b; echo x >d/c")
            try await on(replication.target, "echo own >stranger")
            let asked = try await LocalProgram.run(
                "lsyncd",
                ["-nodaemon", replication.configuration],
                environment: ["LOCKSTEP_CHECK": "deletions"]
            )
            #expect(asked.output.contains("stranger") == (delete != "no"))
            try await replication.start()
            try await replication.untilLive()
            let own = delete == "no" ? ["stranger"] : []
            #expect(files(replication.target) == ["a", "b", "d/c"] + own)

            try await on(replication.source, "rm a; mv b e; rm -r d; echo x >f")
            try await eventually("what is new arrives") {
                let there = files(replication.target)
                return there.contains("e") && there.contains("f")
            }
            if delete == "yes" {
                try await eventually("what is gone goes") { files(replication.target) == ["e", "f"] }
            } else {
                try await Task.sleep(for: .milliseconds(500))
                #expect(files(replication.target) == ["a", "b", "d/c", "e", "f"] + own)
            }
            try await replication.fullPass()
            #expect(
                files(replication.target)
                    == (delete == "no" ? ["a", "b", "d/c", "e", "f"] + own : ["e", "f"])
            )
        }
    }

    @Test("A limit of the bandwidth, and compression, are what rsync gets, and the gate lets them through")
    func line() async throws {
        try await Replication.with(settings: ["bandwidth_limit": "102400", "compress": "yes"]) { replication in
            try await replication.untilLive()
            let start = ContinuousClock.now
            try await on(replication.source, "head -c 400000 /dev/urandom >noise")
            try await replication.untilEqual()
            // At 100 KiB a second, of which rsync lets the first go at once.
            #expect(ContinuousClock.now - start > .seconds(2))
            #expect(replication.runs.allSatisfy { $0.contains(" --bwlimit=100 ") })
            let letters = replication.runs.compactMap { $0.split(separator: " ").first }
            #expect(!letters.isEmpty && letters.allSatisfy { $0.hasPrefix("-") && $0.contains("z") }, "\(letters)")
        }
    }

    @Test("With checksums, a file of the same size and time but other content is made good", arguments: ["yes", "no"])
    func checksum(value: String) async throws {
        try await Replication.with(settings: ["checksum": value]) { replication in
            try await on(replication.source, "echo good >file; touch -d @1700000000 file")
            try await replication.untilLive()
            try await replication.untilEqual()
            // A file that is made while the first pass runs is compared by its content once.
            try await replication.untilIdle()
            try await on(replication.target, "echo evil >file; touch -d @1700000000 file")
            try await replication.fullPass()
            #expect(replication.arrived("file") == (value == "yes" ? "good\n" : "evil\n"))
        }
    }

    @Test("Modes are changed on the way")
    func modes() async throws {
        try await Replication.with(settings: ["mode_map": "D750,F640,ug-s"]) { replication in
            try await on(replication.source, "mkdir -m 0777 d; echo x >d/f; chmod 4755 d/f")
            try await replication.untilLive()
            #expect(try await on(replication.target, "stat -c %a d d/f") == "750\n640\n")
            try await on(replication.source, "echo x >d/g; chmod 0777 d/g")
            try await eventually("one by one too") {
                try await on(replication.target, "stat -c %a d/g || :") == "640\n"
            }
            #expect(replication.report?.failures == 0)
        }
    }

    /// Only root can give files away: without root's rights rsync is asked to, and cannot.
    @Test("Owners and groups are changed on the way, as far as the slave's user may")
    func owners() async throws {
        let maps = ["owner_map": "daemon:games,*:bin", "group_map": "*:sys"]
        try await Replication.with(settings: maps) { replication in
            try await replication.untilLive()
            try await on(replication.source, "echo x >ours; echo x >theirs")
            if geteuid() == 0 { try await on(replication.source, "chown daemon:daemon theirs") }
            try await eventually("they arrive") { files(replication.target) == ["ours", "theirs"] }
            let owners = try await on(replication.target, "stat -c %U:%G ours theirs")
            let me = try await on("/", "printf %s:%s \"$(id -un)\" \"$(id -gn)\"")
            #expect(owners == (geteuid() == 0 ? "bin:sys\ngames:sys\n" : "\(me)\n\(me)\n"))
            #expect(replication.runs.allSatisfy { !$0.contains("--numeric-ids") })
            #expect(replication.runs.allSatisfy { $0.contains("--usermap=daemon:games,*:bin") })
        }
    }

    @Test(
        "Hard links, access control lists and extended attributes are kept where that is wished",
        arguments: ["yes", "no"]
    )
    func kept(value: String) async throws {
        let settings = ["hard_links": value, "acls": value, "xattrs": value]
        try await Replication.with(settings: settings, isStarted: false) { replication in
            try await on(
                replication.source,
                "echo x >one; ln one two; setfattr -n user.colour -v blue one; setfacl -m u:daemon:r one"
            )
            try await replication.start()
            try await replication.untilLive()
            let links = try await on(replication.target, "stat -c %h one two")
            #expect(links == (value == "yes" ? "2\n2\n" : "1\n1\n"))
            let attributes = try await on(replication.target, "getfattr -d one; getfacl -c one")
            #expect(attributes.contains("user.colour=\"blue\"") == (value == "yes"))
            #expect(attributes.contains("user:daemon:r--") == (value == "yes"))
        }
    }

    @Test("Through rsync's own gate files come, change within a second, and go")
    func rrsync() async throws {
        let settings = ["gate": "rrsync"]
        try await Replication.with(target: "a target", settings: settings, isStarted: false) { replication in
            try replication.write("one", to: "it's a ] file")
            try await replication.start()
            try await replication.untilLive()
            try await replication.untilEqual()
            let script = "cd \"$1\" && printf %s \"$2\" >.new && touch -d \"@1700000000.$3\" .new && mv .new same"
            for (number, text) in ["one", "two", "six"].enumerated() {
                _ = try await LocalProgram.shell(script, replication.source, text, "\(number)")
                try await eventually("version \(number) arrives") { replication.arrived("same") == text }
            }
            try await on(replication.source, "mkdir -p deep/er; echo x >deep/er/file; rm same")
            try await replication.untilEqual()
            let wish = try await LocalProgram.shell(
                "SSH_ORIGINAL_COMMAND='rsync --server --sender -logDtpre.iLsfxC . /' /usr/bin/rrsync -wo \"$1\"",
                replication.target
            )
            #expect(wish.status != 0)
        }
    }

    @Test("Owners and devices are noted on a slave that may not give them", arguments: ["yes", "no"])
    func fakeSuper(value: String) async throws {
        try await Replication.with(settings: ["fake_super": value], isStarted: false) { replication in
            try await on(replication.source, "echo x >file; chmod 4750 file; mkfifo pipe")
            try await replication.start()
            try await replication.untilLive()
            let noted = try await on(
                replication.target,
                "getfattr --only-values -n user.rsync.%stat file pipe 2>/dev/null || :"
            )
            #expect(noted.contains("104750") == (value == "yes"))
            #expect(noted.contains("10644") == (value == "yes"))
            #expect(try await on(replication.target, "stat -c %a file") == (value == "yes" ? "750\n" : "4750\n"))
        }
    }

    /// inotify tells of the name that was written through, and of no other.
    @Test(
        "Of a file with several names, the next full pass brings what came through one of them to the others",
        arguments: Replication.Configured.allCases
    )
    func laterLinks(configured: Replication.Configured) async throws {
        let settings = ["hard_links": "yes"]
        try await Replication.with(settings: settings, by: configured, isStarted: false) { replication in
            let names = { try await on(replication.target, "stat -c %h one two; cat one two") }
            try replication.write("x", to: "one")
            try await replication.start()
            try await eventually("one arrives") { replication.arrived("one") == "x" }
            try await on(replication.source, "ln one two")
            try await eventually("two arrives") { replication.arrived("two") == "x" }
            #expect(try await names() == "1\n1\nxx", "it was sent without the other")
            if configured == .layer {
                try await replication.fullPass()
                #expect(try await names() == "2\n2\nxx")
            }
            try await on(replication.source, "printf y >>two")
            try await eventually("the change arrives") { replication.arrived("two") == "xy" }
            try await Task.sleep(for: .seconds(2))
            #expect(try await names() == "1\n1\nxxy", "by the name that was written through only")
            if configured == .layer {
                try await replication.fullPass()
                #expect(try await names() == "2\n2\nxyxy")
            }
        }
    }
}
