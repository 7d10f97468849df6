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
            let before = try await Tree.read(replication.target)
            let told = try await refusal(ask(replication))
            #expect(
                told == [
                    "\(replication.target) on s1 has 4 files and 2 directories that the master does not have,",
                    "5 paths of another type than on the master,", "1 file that is newer than on the master",
                    "the first pass would destroy:",
                    "  replaced by a directory: uploads/",
                    "  replaced by a directory: was-file/",
                    "  replaced by a file: was-dir",
                    "  replaced by a file: was-link",
                    "  replaced by a pipe or socket: pipe",
                    "  overwritten: app.conf",
                    "  deleted: gone",
                    "  deleted: gone-too/ with 2 files",
                    "  deleted: was-dir/one",
                    "2 files differ and are older: the first pass makes them as on the master",
                    "save them, or let them go with --allow-delete s1",
                ]
            )
            #expect(try await Tree.read(replication.target) == before)
            let allowed = try await ask(replication, allow: true)
            guard case .changed(let note) = allowed else {
                Issue.record("\(allowed)")
                return
            }
            #expect(note.hasPrefix("\(replication.target) on s1 had 4 files and 2 directories"))

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
            #expect(lines.contains("  overwritten: b") && lines.contains("  replaced by a directory: e/"), "\(lines)")
            #expect(lines.contains("  deleted: link"))
        }
    }

    @Test("Where nothing is ever deleted, replaced links and newer files are told all the same")
    func withoutDeletions() async throws {
        try await Replication.with(settings: ["delete": "no"], isStarted: false) { replication in
            try await makeStrange(replication)
            let lines = try await refusal(ask(replication))
            #expect(lines.first == "\(replication.target) on s1 has 4 paths of another type than on the master,")
            #expect(lines.dropFirst().first == "1 file that is newer than on the master")
            #expect(lines.contains("  replaced by a directory: uploads/"))
            // A directory that is not empty stays there.
            #expect(!lines.contains { $0.contains("deleted:") || $0.contains("was-dir") }, "\(lines)")
        }
    }

    @Test("Names of any kind are told one a line, the first twenty, and directories are folded")
    func names() async throws {
        try await Replication.with(target: "tar\\get $(id)", isStarted: false) { replication in
            try await on(replication.source, "echo x >x")
            try await on(
                replication.target,
                """
                mkdir many; for i in $(seq 30); do echo x >"many/$i"; echo x >"file $i"; done
                printf x >' leading'; printf x >"$(printf 'new\\nline')"; printf x >'*deleting   fake'; printf x >'a  b '
                """
            )
            let lines = try await refusal(ask(replication))
            #expect(
                lines.first == "\(replication.target) on s1 has 64 files and 1 directory that the master does not have"
            )
            #expect(lines.count == 24, "\(lines)")
            #expect(lines.contains("  and 15 more"))
            let names = lines.filter { $0.hasPrefix("  deleted: ") }
            #expect(names.contains("  deleted:  leading") && names.contains("  deleted: *deleting   fake"), "\(names)")
            #expect(names.count == 20)
        }
    }

    @Test("An empty source is refused whatever is allowed")
    func emptySource() async throws {
        try await Replication.with(isStarted: false) { replication in
            try await on(replication.target, "echo x >kept; mkdir d")
            let told = ["the source \(replication.source) is empty, but \(replication.target) on s1 is not:"]
            #expect(try await refusal(ask(replication, allow: true)) == told + ["it would lose 1 file and 1 directory"])
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
            #expect(lines.first == "\(replication.target) on s1 has 2 files that the master does not have")
            // What rsync looks at after the directory that it cannot read.
            #expect(lines.contains("  deleted: own") && lines.contains("  deleted: z/own"))
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
            #expect(lines.contains("  deleted: private/own"), "\(lines)")
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
