import Foundation
import LockstepTestSupport
import Lsyncd
import Testing

@Suite("Replication by the real lsyncd, rsync and sshd", .timeLimit(.minutes(5)))
struct ReplicationTests {
    @Test("Files with every kind of name arrive, and so does what happens to them")
    func everyName() async throws {
        try await Replication.with { replication in
            try replication.write("here before lsyncd", to: "first")
            try await replication.untilLive()
            try await replication.untilEqual("the first full pass brings what was there")

            try await Self.makeFiles(in: replication.source)
            try await replication.untilEqual("200 files in nested folders arrive")
            #expect(Tree.read(replication.target).count > 200)

            _ = try await LocalProgram.shell(
                """
                cd "$1" || exit
                chmod 0640 './-dash 1/sub/file 0' 'we]ird 3/sub/file 1'
                ln -s 'sub/file 1' '-dash 1/link'
                ln -s /nowhere 'ü 4/dangling'
                mv 'sp ace 2' 'renamed'
                mv 'we]ird 3/sub' 'ü 4/moved ]'
                rm -r 'back\\slash 5'
                rm 'q"uo'\\''te 0/sub/file 2'
                """,
                replication.source
            )
            try await replication.untilEqual("modes, links, renames and deletions arrive")
            #expect(!FileManager.default.fileExists(atPath: "\(replication.target)/back\\slash 5"))
            #expect(FileManager.default.fileExists(atPath: "\(replication.target)/renamed/sub/file 7"))
            let report = try #require(replication.report)
            #expect(report.failures == 0 && report.lastExit?.isSuccess == true && !report.isIncomplete, "\(report)")
        }
    }

    @Test("So many changes in one directory that it is looked at as a whole leave alone what is below it")
    func manyChangesInOneDirectory() async throws {
        try await Replication.with { replication in
            try await Self.shell(
                "mkdir -p d/sub/deep && echo 1 >d/sub/deep/kept && cd d && seq 900 | while read n; do echo $n >$n; done",
                in: replication.source
            )
            try await replication.untilLive()
            try await replication.untilEqual("the first full pass brings what was there")
            try await replication.whileHeld {
                try await Self.shell(
                    """
                    cd d && rm $(seq 1 600) && mkdir 601.d && mv 601 601.d && chmod 0700 sub
                    seq 1000 2000 | while read n; do echo $n >"$n [x]"; done
                    """,
                    in: replication.source
                )
            }
            try await replication.untilEqual("changes, deletions and a new directory arrive")
            #expect(replication.arrived("d/sub/deep/kept") == "1\n")
            #expect(replication.report?.phase == .live && replication.report?.failures == 0)
        }
    }

    @Test("A second version of the same length, from the same second, arrives")
    func sameLengthSameSecond() async throws {
        try await Replication.with { replication in
            try await replication.untilLive()
            for (index, version) in ["one", "two", "six"].enumerated() {
                _ = try await LocalProgram.shell(
                    "cd \"$1\" && printf %s \"$2\" >new && touch -d \"@1700000000.$3\" new && mv new same",
                    replication.source,
                    version,
                    "\(index)"
                )
                try await eventually("version \(version) arrives", within: .seconds(20)) {
                    replication.arrived("same") == version
                }
            }
        }
    }

    @Test("A target whose path needs quoting is reached", arguments: ["my target", "it's \"ü\" $(x) ]*", "a:b"])
    func quotedTarget(target: String) async throws {
        try await Replication.with(source: "so urce's", target: target) { replication in
            try replication.write("x", to: "file")
            try await replication.untilLive()
            try await replication.untilEqual()
        }
    }

    @Test("A dry run through the gate lists what a full pass would delete, and deletes nothing")
    func deleteGuard() async throws {
        try await Replication.with(target: "tar get", isStarted: false) { replication in
            try replication.write("x", to: "new")
            try "mine".write(toFile: "\(replication.target)/stranger", atomically: false, encoding: .utf8)
            let ssh =
                "ssh -F none -o BatchMode=yes -o HostKeyAlias=s1 -o UserKnownHostsFile=\(replication.directory)/etc/known_hosts "
                + "-i \(replication.directory)/etc/replication_key -p \(replication.server.port)"
            let result = try await LocalProgram.run(
                "rsync",
                [
                    "-rlptgoD", "-n", "--delete", "--itemize-changes", "--numeric-ids", "--rsh=\(ssh)",
                    "\(replication.source)/", "127.0.0.1:\(ReceiveGate.sentPath(forTarget: replication.target))/",
                ]
            )
            #expect(result.status == 0, "\(result.error)")
            #expect(result.output.contains("*deleting   stranger\n"))
            #expect(result.output.contains("<f+++++++++ new\n"))
            #expect(replication.arrived("stranger") == "mine")
            #expect(replication.arrived("new") == nil)
        }
    }

    @Test("A file that was changed on the slave is repaired when a full pass is asked for")
    func resyncOnDemand() async throws {
        try await Replication.with { replication in
            try replication.write("right", to: "file")
            try await replication.untilLive()
            try "wrong".write(toFile: "\(replication.target)/file", atomically: false, encoding: .utf8)
            try "extra".write(toFile: "\(replication.target)/extra", atomically: false, encoding: .utf8)
            try "".write(toFile: "\(replication.run)/resync", atomically: false, encoding: .utf8)
            try await replication.untilEqual()
            try await eventually("the wish is taken back") {
                !FileManager.default.fileExists(atPath: "\(replication.run)/resync")
            }
        }
    }

    /// 200 files in nested folders whose names mean something to shells, to rsync's patterns, or to terminals.
    private static func makeFiles(in source: String) async throws {
        let result = try await LocalProgram.shell(
            """
            cd "$1" || exit
            for name in "q\\"uo'te 0" '-dash 1' 'sp ace 2' 'we]ird 3' 'ü 4' 'back\\slash 5' 'st*r? [6' '#hash $(x) 7' \
                'new
            line 8' '日本 👩‍👩‍👧 9'; do
                mkdir -p "./$name/sub"
                for i in 0 1 2 3 4 5 6 7 8 9; do
                    echo "$name $i" >"./$name/sub/file $i"
                    echo "$i $name" >"./$name/$i]*\\\\?-$name"
                done
            done
            """,
            source
        )
        try #require(result.status == 0, "\(result.error)")
    }

    private static func shell(_ script: String, in directory: String) async throws {
        let result = try await LocalProgram.shell("cd \"$1\" && { \(script); }", directory)
        try #require(result.status == 0, "\(result.error)")
    }
}
