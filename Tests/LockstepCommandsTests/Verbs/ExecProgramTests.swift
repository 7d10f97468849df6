import Foundation
import LockstepTestSupport
import SystemPackage
import Testing

/// The built program on real connections.
@Suite("lockstep exec", .timeLimit(.minutes(2)))
struct ExecProgramTests {
    @Test("Equal answers stand once, a host that is out of reach is told of, and the exit code says the worst")
    func answers() async throws {
        try await AdHocFleet.with(slaves: 4) { fleet in
            try fleet.unplug("edge4")
            let script = "case $SSH_CONNECTION in *127.0.0.3*) echo odd; echo oops >&2; exit 3;; *) echo even; esac"
            let result = try await fleet.lockstep("exec", "--", script)
            let lines = result.output.split(separator: "\n")
            #expect(lines.prefix(2) == ["== hub,edge[1,3] (3)", "even"])
            #expect(lines.dropFirst(2).prefix(3) == ["== edge2: status 3", "odd", "stderr: oops"])
            #expect(
                lines.dropFirst(5).first?.hasPrefix("== edge4: unreachable: connection refused by 127.0.0.5") == true
            )
            #expect(lines.last?.hasPrefix("5 hosts: 3 ok, 1 failed, 1 unreachable, in ") == true)
            #expect(result.status == 4)
            #expect(result.error == "")

            let limited = try await fleet.lockstep("exec", "--limit", "edge*:!edge2", "--", script)
            #expect(limited.output.hasPrefix("== edge[1,3] (2)\neven\n== edge4: unreachable"))
            #expect(limited.status == 5)

            let diff = try await fleet.lockstep("exec", "--diff", "--limit", "all:!edge4", "--", script)
            #expect(
                diff.output.contains(
                    "== edge2: status 3\n--- hub,edge[1,3] (3)\n+++ edge2\n@@ -1 +1,2 @@\n-even\n+odd\n"
                )
            )
        }
    }

    @Test("Several words reach the command as they are, one is a command line; an unknown option runs nothing")
    func words() async throws {
        try await AdHocFleet.with(slaves: 1) { fleet in
            let words = try await fleet.lockstep(
                "exec",
                "--limit",
                "hub",
                "--",
                "printf",
                "<%s>",
                "a  b",
                "$HOME",
                "--",
                "|"
            )
            #expect(words.output.hasPrefix("== hub\n<a  b><$HOME><--><|>\n"))
            let line = try await fleet.lockstep("exec", "--limit", "hub", "echo $((6*7)) | tr 4 5")
            #expect(line.output.hasPrefix("== hub\n52\n"))
            for wrong in [["--tiemout", "5", "--", "touch ran"], [], ["--timeout", "0", "touch ran"]] {
                let result = try await LocalProgram.run(LockstepProgram.path.string, ["exec"] + fleet.options + wrong)
                #expect(result.status == 2)
                #expect(result.output == "")
                #expect(result.error.hasPrefix("lockstep: "))
                #expect(!result.error.contains("Error: "))
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: fleet.server.home.string) == [])
        }
    }

    @Test("A host's bytes go into a pipe as they are, and into JSON without loss")
    func bytes() async throws {
        try await AdHocFleet.with(slaves: 1) { fleet in
            let script = "printf '\\033[1m\\377\\000x\\n'"
            let plain = try await fleet.lockstep("exec", "--limit", "hub", "--", script)
            #expect(plain.bytes.starts(with: Array("== hub\n\u{1B}[1m".utf8) + [0xFF, 0, 0x78, 10]))
            let json = try await fleet.lockstep("exec", "--json", "--limit", "hub", "--", script)
            let answer = try json.events.first { $0["event"] as? String == "answered" }
            let bytes = try #require(answer?["stdout_base64"] as? String)
            #expect(Data(base64Encoded: bytes).map(Array.init) == Array("\u{1B}[1m".utf8) + [0xFF, 0, 0x78, 10])
            #expect(try json.events.last?["exit_code"] as? Int == 0)
        }
    }

    @Test("Of more output than is kept the rest is counted; a command that takes too long is given up")
    func limits() async throws {
        try await AdHocFleet.with(slaves: 1) { fleet in
            let much = try await fleet.lockstep(
                "exec",
                "--max-output",
                "1",
                "--limit",
                "hub",
                "--",
                "head -c 3000000 /dev/zero | tr '\\0' a"
            )
            #expect(much.output.contains("\n   2000000 more bytes of output were not kept (--max-output)\n"))
            #expect(much.status == 0)
            let long = try await fleet.lockstep("exec", "--timeout", "0.4", "--limit", "hub", "--", "echo a; sleep 60")
            #expect(long.output.hasPrefix("== hub: failed: the command did not end within 0.4 seconds\na\n"))
            #expect(long.status == 4)
        }
    }

    @Test("A reader that goes away ends it quietly, a full disk with an error")
    func closedOutput() async throws {
        try await AdHocFleet.with(slaves: 1) { fleet in
            let headed = try await fleet.shell("{ \"$@\" seq 300000; echo $? >&2; } | head -n 1", "exec")
            #expect(headed.output == "== hub,edge1 (2)\n")
            #expect(headed.error == "0\n")
            for verb in ["exec", "ping", "inventory"] {
                let command = verb == "exec" ? "true" : ""
                let full = try await fleet.shell("\"$@\" \(command) >/dev/full", verb)
                #expect(full.error.hasPrefix("lockstep: the output could not be written: "))
                #expect(full.status == 1)
            }
        }
    }

    @Test("With few open files the window is narrower, all hosts come to their turn, and a note says so")
    func fewFiles() async throws {
        try await AdHocFleet.with(slaves: 15) { fleet in
            // Seven connections, whatever the number of this machine's cores.
            let limit = 16 + 3 * ProcessInfo.processInfo.activeProcessorCount + 14
            let tried = "sixteen hosts, and files enough for seven connections (ulimit -n)"
            try await SSHTable.row(.faults, tried, on: fleet.server.peer) {
                let plain = try await fleet.shell("ulimit -n \(limit); \"$@\" true", "exec")
                #expect(plain.output.hasPrefix("== hub,edge[1-15] (16): no output\n"))
                #expect(
                    plain.error
                        == "note: only \(limit) files may be open (ulimit -n): 7 hosts are worked on at a time, not 64\n"
                )
                #expect(plain.status == 0)
                return "all come to their turn, seven at a time, and a note says so"
            }
            let soft = try await fleet.shell("ulimit -S -n \(limit); \"$@\" true", "exec")
            #expect(soft.error == "", "a soft limit is raised")
            let json = try await fleet.shell("ulimit -n \(limit); \"$@\" --json", "ping")
            #expect(try json.events.count { $0["event"] as? String == "warning" } == 1)
            #expect(json.status == 0)
            let up = try await fleet.shell("ulimit -n \(limit - 2); \"$@\"", "plan")
            #expect(up.error.contains("too few for 16 connections at the same time"))
            #expect(up.status == 2)
        }
    }

    @Test(
        "A host that --limit leaves out is asked nothing: what is wrong with its way ends no other's",
        arguments: ["exec", "ping"]
    )
    func leftOut(verb: String) async throws {
        try await AdHocFleet.with(slaves: 1) { fleet in
            let config = try fleet.server.directory.write("Host 127.0.0.2\n  ProxyCommand nc %h %p\n", to: "config")
            let options = ["-F", config.string] + (verb == "exec" ? ["--", "echo here"] : [])
            let all = try await fleet.lockstep(verb, options)
            #expect(all.status == 2)
            #expect(all.error.contains("ProxyCommand"))
            let one = try await fleet.lockstep(verb, ["--limit", "hub"] + options)
            #expect(one.status == 0, "\(one.error)")
            #expect(!one.error.contains("ProxyCommand"))
        }
    }
}

extension LocalProgram.Result {
    /// The JSON objects that were printed, one a line.
    var events: [[String: Any]] {
        get throws {
            try output.split(separator: "\n").map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
        }
    }
}
