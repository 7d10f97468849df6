import BuiltInPlaybooks
import Foundation
import Glibc
import LockstepTestSupport
import Provisioning
import Testing

@testable import Lsyncd

/// What the guard tells of a slave before its first pass, by the real lsyncd, rsync, sshd and gate.
@Suite("The delete guard's question", .timeLimit(.minutes(5)))
struct DeleteGuardTests {
    /// Runs a script in a directory.
    @discardableResult
    private func on(_ directory: String, _ script: String) async throws -> String {
        let result = try await LocalProgram.shell("cd \"$1\" && " + script, directory)
        #expect(result.status == 0, "\(result.error)")
        return result.output
    }

    /// Asks as a task of the playbook does.
    private func ask(
        _ replication: Replication,
        allow: Bool = false,
        program: String? = nil,
        user: String? = nil
    ) async throws -> Conclusion {
        let lsyncd = try await LocalProgram.shell("command -v lsyncd").output.trimmingCharacters(in: .newlines)
        let content = try String(contentsOfFile: replication.configuration, encoding: .utf8)
        let script = try #require(BuiltInPlaybooks.template(named: "delete-guard"))
        var values = [
            "host": "s1", "source": replication.source, "target": replication.target, "src": "settings",
            "guard": "guard", "dest": "/nowhere/settings.lua", "service": "app.service", "record": "/nowhere/runs",
            "files": "/nowhere/settings.lua", "lsyncd": program ?? lsyncd, "allow": allow ? "yes" : "no",
        ]
        values["user"] = user
        let arguments = ModuleArguments(values.mapValues { .known($0) }) { (name) throws(ArgumentError) in
            name == "guard" ? script : content
        }
        let stopped = ServiceState(properties: ["LoadState": "not-found", "ActiveState": "inactive"])
        let state = DeleteGuardModule.State(service: stopped, isWritten: false)
        guard case .change(let change) = try DeleteGuardModule(arguments).plan(state, in: PlanContext()) else {
            Issue.record("nothing is asked")
            return .failed("")
        }
        #expect(change.isCheck)
        let framed = FramedScript(applying: [FramedScript.Step(change)], nonce: "n0")
        var parser = FrameParser(nonce: framed.nonce)
        let frames = parser.consume(Array(try await LocalProgram.run("sh", ["-c", framed.text]).output.utf8))
        return DeleteGuardModule.conclude(try #require(frames.first).output)
    }

    private func refusal(_ conclusion: Conclusion) -> [String] {
        guard case .refused(let text) = conclusion else {
            Issue.record("not refused: \(conclusion)")
            return []
        }
        return text.split(separator: "\n").map(String.init)
    }

    /// A slave on which all kinds of things differ.
    private func makeStrange(_ replication: Replication) async throws {
        try await on(
            replication.source,
            """
            mkdir uploads was-file; echo x >uploads/page; echo x >was-file/in; echo x >was-link; echo x >was-dir
            ln -s /nowhere link; echo m >app.conf; echo m >old; echo m >new; echo same >same; mkfifo pipe
            touch -d @1700000000 app.conf old same
            """
        )
        try await on(
            replication.target,
            """
            mkdir ../disk was-dir; echo precious >../disk/only-here; ln -s ../disk uploads; echo x >was-file
            ln -s same was-link; echo 1 >was-dir/one; ln -s /elsewhere link; echo here >app.conf; echo o >old
            echo same >same; echo x >pipe; echo x >gone; mkdir -p gone-too/deep; echo 1 >gone-too/deep/1; echo 2 >gone-too/2
            touch -d @1700000001 app.conf; touch -d @1690000000 old; touch -d @1700000000 same
            """
        )
    }

    @Test("Replaced links, other types, newer files and deletions are told, and older files are counted")
    func strange() async throws {
        try await Replication.with(isStarted: false) { replication in
            try await makeStrange(replication)
            let before = Tree.read(replication.target)
            let told = try await refusal(ask(replication))
            #expect(
                told == [
                    "\(replication.target) on s1 has 4 files and 2 directories (8 bytes) that the master does not have,",
                    "5 paths (4 bytes) of another type than on the master,",
                    "1 file (5 bytes) that is newer than on the master",
                    "the first pass would destroy:",
                    "  replaced by a directory: uploads/",
                    "  replaced by a directory: was-file/ (2 bytes)",
                    "  replaced by a file: was-dir",
                    "  replaced by a file: was-link",
                    "  replaced by a pipe or socket: pipe (2 bytes)",
                    "  overwritten: app.conf (5 bytes)",
                    "  deleted: gone (2 bytes)",
                    "  deleted: gone-too/ with 2 files (4 bytes)",
                    "  deleted: was-dir/one (2 bytes)",
                    "2 files differ and are older: the first pass makes them as on the master",
                    "save them, or let them go with --allow-delete s1",
                ]
            )
            #expect(Tree.read(replication.target) == before)
            let allowed = try await ask(replication, allow: true)
            guard case .changed(let note) = allowed else {
                Issue.record("\(allowed)")
                return
            }
            #expect(note.hasPrefix("\(replication.target) on s1 had 4 files and 2 directories (8 bytes) that"))
            #expect(note.hasSuffix("1 file (5 bytes) that is newer than on the master"))

            // What it foresees is what happens.
            try await replication.start()
            try await replication.untilLive()
            try await replication.untilEqual()
            #expect(try await on(replication.directory, "cat disk/only-here") == "precious\n")
        }
    }

    @Test(
        "Files that differ and are older go on, and nothing is said where nothing differs",
        arguments: ["receive", "rrsync"]
    )
    func older(gate: String) async throws {
        try await Replication.with(settings: ["gate": gate], isStarted: false) { replication in
            #expect(try await ask(replication) == .changed(output: ""))
            try await on(replication.source, "echo x >a; echo x >b; echo x >c; ln -s b d; mkdir e; cp -a . ../copy")
            #expect(try await ask(replication) == .changed(output: ""))
            try await on(replication.target, "cp -a ../copy/. .")
            #expect(try await ask(replication) == .changed(output: ""))
            try await on(replication.source, "echo more >>a")
            #expect(
                try await ask(replication)
                    == .changed(
                        output:
                            "\(replication.target) on s1: 1 file differs and is older: the first pass makes it as on the master"
                    )
            )
            try await on(replication.target, "touch -d '1 hour' b; ln -s . link; rmdir e; ln -s . e")
            let lines = try await refusal(ask(replication))
            #expect(
                lines.contains { $0.hasPrefix("  overwritten: b") } && lines.contains("  replaced by a directory: e/"),
                "\(lines)"
            )
            #expect(lines.contains("  deleted: link"))
        }
    }

    @Test("Where nothing is ever deleted, replaced links and newer files are told all the same")
    func withoutDeletions() async throws {
        try await Replication.with(settings: ["delete": "no"], isStarted: false) { replication in
            try await makeStrange(replication)
            let lines = try await refusal(ask(replication))
            #expect(
                lines.first == "\(replication.target) on s1 has 4 paths (4 bytes) of another type than on the master,"
            )
            #expect(lines.dropFirst().first == "1 file (5 bytes) that is newer than on the master")
            #expect(lines.contains("  replaced by a directory: uploads/"))
            // A directory that is not empty stays there.
            #expect(!lines.contains { $0.contains("deleted:") || $0.contains("was-dir") }, "\(lines)")
        }
    }

    @Test("Names of any kind are told one a line, each with the bytes of the file of that name")
    func names() async throws {
        try await Replication.with(target: "tar\\get $(id)", isStarted: false) { replication in
            try await on(replication.source, "echo x >x")
            try await on(
                replication.target,
                """
                printf 1 >' leading'; printf 22 >"$(printf 'new\\nline')"; printf 333 >"$(printf '333 1 1:1 .\\nline')"
                printf 4444 >'*deleting   fake'; printf 55555 >'a  b '; printf 666666 >'back\\slash'; printf 7777777 >'\\#012'
                printf 88888888 >"$(printf 'b\\377d')"; printf 999999999 >'čeština'; mkdir 'd r'; printf x >'d r/-n'
                """
            )
            let lines = try await refusal(ask(replication))
            #expect(
                lines.first
                    == "\(replication.target) on s1 has 10 files and 1 directory (46 bytes) that the master does not have"
            )
            #expect(
                lines.dropFirst(2).dropLast() == [
                    "  deleted:  leading (1 byte)", "  deleted: *deleting   fake (4 bytes)",
                    "  deleted: 333 1 1:1 .\\#012line (3 bytes)", "  deleted: \\#134#012 (7 bytes)",
                    "  deleted: \\#304\\#215e\\#305\\#241tina (9 bytes)", "  deleted: a  b  (5 bytes)",
                    "  deleted: b\\#377d (8 bytes)", "  deleted: back\\slash (6 bytes)",
                    "  deleted: d r/ with 1 file (1 byte)", "  deleted: new\\#012line (2 bytes)",
                ]
            )
        }
    }

    @Test("More than twenty losses are folded by directory, and their bytes added up")
    func folded() async throws {
        try await Replication.with(isStarted: false) { replication in
            try await on(replication.source, "mkdir -p var/cache/a var/cache/b; echo x >x; echo x >var/new")
            try await on(
                replication.target,
                """
                mkdir -p many/deep var/cache/a var/cache/b
                for i in $(seq 30); do printf 12345 >"many/deep/$i"; printf 1234567890 >"var/cache/a/$i"; done
                echo x >var/cache/b/one; echo x >var/cache/b/two
                """
            )
            let first = "\(replication.target) on s1 has"
            var lines = try await refusal(ask(replication))
            #expect(
                lines == [
                    "\(first) 62 files and 2 directories (454 bytes) that the master does not have",
                    "the first pass would destroy:",
                    "  deleted: many/ with 30 files (150 bytes)",
                    "  deleted: 30 files in var/cache/a/ (300 bytes)",
                    "  deleted: var/cache/b/one (2 bytes)",
                    "  deleted: var/cache/b/two (2 bytes)",
                    "save them, or let them go with --allow-delete s1",
                ]
            )

            // Each kind by itself; of the root, the files first.
            try await on(
                replication.source,
                "for i in $(seq 25); do echo x >\"var/cache/a/$i\"; ln -s x \"many-$i\"; done; touch -d @1700000000 var/cache/a/*"
            )
            try await on(
                replication.target,
                "for i in $(seq 25); do head -c 100000 /dev/zero >\"many-$i\"; head -c 2000 /dev/zero >\"own-$i\"; done"
            )
            lines = try await refusal(ask(replication))
            #expect(
                lines == [
                    "\(first) 62 files and 2 directories (49.0 KiB) that the master does not have,",
                    "25 paths (2.4 MiB) of another type than on the master,",
                    "25 files (250 bytes) that are newer than on the master",
                    "the first pass would destroy:",
                    "  replaced by a link: 25 paths in \(replication.target)/ (2.4 MiB)",
                    "  overwritten: 25 files in var/cache/a/ (250 bytes)",
                    "  deleted: 25 files in \(replication.target)/ (48.8 KiB)",
                    "  deleted: many/ with 30 files (150 bytes)",
                ] + (26...30).map { "  deleted: var/cache/a/\($0) (10 bytes)" } + [
                    "  deleted: var/cache/b/one (2 bytes)",
                    "  deleted: var/cache/b/two (2 bytes)",
                    "save them, or let them go with --allow-delete s1",
                ]
            )
        }
    }

    @Test("Thousands of losses, few in each directory, are folded upwards until twenty lines tell of all")
    func foldedUpwards() async throws {
        try await Replication.with(isStarted: false) { replication in
            try await on(
                replication.source,
                "for i in $(seq 15); do mkdir -p a/$i b/$i/c; done; mkdir -p whole; echo x >x"
            )
            try await on(
                replication.target,
                """
                for i in $(seq 15); do mkdir -p a/$i b/$i/c; seq -f "a/$i/%g" 200 | xargs touch; echo x >b/$i/c/one; done
                for i in $(seq 30); do mkdir -p whole/$i/deep; echo x >whole/$i/deep/file; done
                """
            )
            let lines = try await refusal(ask(replication))
            let folded = (1...15).map { "  deleted: 200 files in a/\($0)/ (0 bytes)" }.sorted { a, b in
                a.split(separator: "/")[1] < b.split(separator: "/")[1]
            }
            #expect(
                lines == [
                    "\(replication.target) on s1 has 3045 files and 60 directories (90 bytes) that the master does not have",
                    "the first pass would destroy:",
                ] + folded + [
                    "  deleted: 15 files in b/ (30 bytes)",
                    "  deleted: 30 files and 60 directories in whole/ (60 bytes)",
                    "save them, or let them go with --allow-delete s1",
                ]
            )
        }
    }

    @Test("No symbolic link is followed for bytes, and a file of two names counts once")
    func links() async throws {
        try await Replication.with(isStarted: false) { replication in
            try await on(replication.source, "echo x >x; mkdir real; echo x >real/x")
            try await on(
                replication.target,
                """
                mkdir ../out real; head -c 5000 /dev/zero >../out/big; ln -s ../out/big file; ln -s ../out tree
                mkdir own; ln -s ../../out own/tree; printf 123 >own/one; ln own/one real/two
                """
            )
            let lines = try await refusal(ask(replication))
            #expect(
                lines.first
                    == "\(replication.target) on s1 has 5 files and 1 directory (3 bytes) that the master does not have"
            )
            #expect(lines.contains("  deleted: file") && lines.contains("  deleted: tree"), "\(lines)")
        }
    }

    /// Lets the slave's gate note what it is asked, and answer by another text of it.
    private func replaceGate(_ replication: Replication, _ part: String = "", with text: String = "") async throws {
        let path = "\(replication.directory)/lib/receive"
        var gate = try #require(BuiltInPlaybooks.template(named: "receive"))
        try #require(part.isEmpty || gate.contains(part))
        if !part.isEmpty { gate = gate.replacing(part, with: text) }
        gate = gate.replacing(
            "set -fu\n",
            with: "set -fu\nprintf '%s\\n' \"$SSH_ORIGINAL_COMMAND\" >>\(replication.directory)/asked\n"
        )
        try gate.write(toFile: path, atomically: false, encoding: .utf8)
        _ = chmod(path, 0o755)
    }

    @Test("A gate that does not know of bytes: the counts are told as ever, and why no bytes are")
    func unknownSizes() async throws {
        let unknown = "how many bytes that is, is not known: "
        for (gate, reason) in [
            ("receive", "the gate there is of an older version"), ("rrsync", "rrsync does not tell them"),
            ("broken", "sorry"),
        ] {
            try await Replication.with(settings: gate == "rrsync" ? ["gate": gate] : [:], isStarted: false) {
                replication in
                try await on(replication.source, "echo x >x")
                try await on(replication.target, "echo x >own")
                switch gate {
                case "receive": try await replaceGate(replication, "= lockstep-sizes ]", with: "= other ]")
                case "broken":
                    try await replaceGate(replication, "    run find .//.", with: "    echo sorry >&2; exit 1")
                default: break
                }
                let first = "\(replication.target) on s1 has 1 file that the master does not have"
                #expect(
                    try await refusal(ask(replication)) == [
                        first, unknown + reason, "the first pass would destroy:", "  deleted: own",
                        "save them, or let them go with --allow-delete s1",
                    ]
                )
                guard case .changed(let note) = try await ask(replication, allow: true) else {
                    Issue.record("it is not allowed")
                    return
                }
                #expect(note == first.replacing(" has ", with: " had ") + "\n" + unknown + reason)
            }
        }
    }

    @Test("Where an answer about bytes is cut off, what it told is shown, and that there may be more")
    func sizesCutOff() async throws {
        try await Replication.with(isStarted: false) { replication in
            try await on(replication.source, "echo x >x")
            try await on(replication.target, "echo x >own; echo x >other")
            let answer =
                "printf '%s\\n' '2 1 1:1 .//./own' '2 1 1:2 .//./other' '2 1 1:3 .//./x'; echo sorry >&2; exit 1 #"
            try await replaceGate(replication, "    run find .//. -ignore", with: answer)
            #expect(
                try await refusal(ask(replication)).dropLast() == [
                    "\(replication.target) on s1 has 2 files (4 bytes) that the master does not have",
                    "there may be more bytes: sorry", "the first pass would destroy:",
                    "  deleted: other (2 bytes)", "  deleted: own (2 bytes)",
                ]
            )
        }
    }

    @Test("The gate is asked for bytes where some would be lost, and never otherwise")
    func asksSeldom() async throws {
        try await Replication.with(isStarted: false) { replication in
            func asked() -> Int {
                let path = "\(replication.directory)/asked"
                let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
                return text.split(separator: "\n").count { $0.hasPrefix("lockstep-sizes") }
            }
            try await replaceGate(replication)
            try await on(replication.source, "echo x >x; echo more >y; ln -s a link")
            try await on(replication.target, "cp -a ../source/x .; echo y >y; touch -d @1700000000 y; ln -s b link")
            guard case .changed(let note) = try await ask(replication) else {
                Issue.record("refused")
                return
            }
            #expect(note.contains("2 files differ and are older") && asked() == 0)
            try await on(replication.target, "echo x >own")
            #expect(try await refusal(ask(replication)).contains("  deleted: own (2 bytes)"))
            #expect(asked() == 1)
        }
    }

    @Test("An empty source is refused whatever is allowed")
    func emptySource() async throws {
        try await Replication.with(isStarted: false) { replication in
            try await on(replication.target, "echo x >kept; mkdir d")
            let told = ["the source \(replication.source) is empty, but \(replication.target) on s1 is not:"]
            #expect(
                try await refusal(ask(replication, allow: true)) == told + [
                    "it would lose 1 file and 1 directory (2 bytes)"
                ]
            )
        }
    }

    @Test(
        "What is left of a canary, and lost+found of a file system of its own, are nobody's loss, and the latter stays"
    )
    func nobodysLoss() async throws {
        try await Replication.with(isStarted: false) { replication in
            try await on(replication.source, "echo x >x")
            try await on(
                replication.target,
                "mkdir lost+found .lockstep-canary-1; echo x >lost+found/#12; echo x >.lockstep-canary-1/a"
            )
            #expect(try await ask(replication) == .changed(output: ""))
            try await replication.start()
            try await replication.untilLive()
            try await eventually("the canary is gone") {
                try await on(replication.target, "ls -A") == "lost+found\nx\n"
            }
            #expect(replication.arrived("lost+found/#12") == "x\n")
            try await on(replication.source, "mkdir lost+found; rmdir lost+found; echo y >x")
            try await eventually("a change arrives") { replication.arrived("x") == "y\n" }
            #expect(replication.arrived("lost+found/#12") == "x\n")
        }
    }

    @Test("What the service cannot read is no loss below, and hides no loss elsewhere")
    func unreadable() async throws {
        try await Replication.with(isStarted: false) { replication in
            try await on(replication.source, "mkdir media 'no [way]' z; echo x >x; chmod 0 media 'no [way]'")
            defer { _ = chmod("\(replication.source)/media", 0o755) }
            try await on(
                replication.target,
                "mkdir media 'no [way]' z; echo x >media/film; echo x >'no [way]/f'; echo x >own; echo x >z/own"
            )
            // Without the rights of root over files, as a file system that root may not read has it.
            let wrapper = "\(replication.directory)/blind"
            try """
            #!/bin/sh
            [ "$(id -u)" = 0 ] || exec lsyncd "$@"
            exec setpriv --bounding-set -dac_override,-dac_read_search lsyncd "$@"

            """.write(toFile: wrapper, atomically: false, encoding: .utf8)
            _ = chmod(wrapper, 0o755)
            let lines = try await refusal(ask(replication, program: wrapper))
            #expect(lines.first == "\(replication.target) on s1 has 2 files (4 bytes) that the master does not have")
            // What rsync looks at after the directory that it cannot read.
            #expect(lines.contains("  deleted: own (2 bytes)") && lines.contains("  deleted: z/own (2 bytes)"))
        }
    }

    @Test("It asks as the service's user, who may read every file")
    func asUser() async throws {
        try await Replication.with(isStarted: false) { replication in
            let isRoot = geteuid() == 0
            let user = isRoot ? "nobody" : NSUserName()
            try await on(replication.source, "mkdir -m 0700 private; echo x >private/file")
            if isRoot { try await on(replication.source, "chmod 0 private/file") }
            try await on(replication.target, "mkdir private; echo own >private/own")
            let wrapper = "\(replication.directory)/told"
            try """
            #!/bin/sh
            [ "$(id -un)" = \(user) ] || exit 1
            exec lsyncd "$@"

            """.write(toFile: wrapper, atomically: false, encoding: .utf8)
            _ = chmod(wrapper, 0o755)
            let lines = try await refusal(ask(replication, program: wrapper, user: user))
            #expect(lines.contains("  deleted: private/own (4 bytes)"), "\(lines)")
        }
    }

    @Test("A slave that cannot be asked is a failure, and says why")
    func unreachable() async throws {
        try await Replication.with(isStarted: false) { replication in
            try await on(replication.source, "echo x >x")
            replication.server.stop()
            let conclusion = try await ask(replication)
            guard case .failed(let reason) = conclusion else {
                Issue.record("\(conclusion)")
                return
            }
            #expect(reason.hasPrefix("the slave could not be asked: ") && reason.contains("refused"), "\(reason)")
        }
    }
}
