import LockstepTestSupport
import Provisioning
import RemoteHost
import Testing

@Suite("Changes beside each other", .timeLimit(.minutes(2)))
struct LaneTests {
    /// Runs a script with some tools, and returns how each change ended by its place.
    private func outputs(
        _ steps: [FramedScript.Step],
        on userland: TestUserland,
        preparing prepare: (TemporaryDirectory) async throws -> Void = { _ in }
    ) async throws -> [Int: ProbeOutput] {
        try await TemporaryDirectory.with { directory in
            let host = try await userland.install(in: directory["bin"], home: directory["home"])
            try await prepare(directory)
            let script = FramedScript(applying: steps, nonce: "n0")
            let result = try await host.run(.script(script.text, deadline: .seconds(60)))
            var parser = FrameParser(nonce: script.nonce)
            let frames = parser.consume(result.standardOutput)
            #expect(parser.isComplete, "\(result.errorText)")
            #expect(Set(frames.map(\.index)).count == frames.count)
            return Dictionary(uniqueKeysWithValues: frames.map { ($0.index, $0.output) })
        }
    }

    /// A step of a lane whose number is also that of its chain.
    private func step(_ script: String, in lane: Int, readsUnits: Bool = false) -> FramedScript.Step {
        .init(Change("", script: script, readsUnits: readsUnits), chains: [lane], lane: lane)
    }

    @Test("Lanes run at the same time, and the changes of one in turn", arguments: TestUserland.allCases)
    func together(userland: TestUserland) async throws {
        try await TemporaryDirectory.with { directory in
            // Each waits for the other.
            let meet = { (own: String, other: String) in
                "cd \(shellQuoted(directory["."])); echo x >\(own); until [ -e \(other) ]; do sleep 0.05; done"
            }
            let outputs = try await outputs(
                [
                    step(meet("a", "b"), in: 1), step(meet("b", "a"), in: 2),
                    step("cd \(shellQuoted(directory["."])); echo 1 >>order", in: 1), step("echo beside", in: 2),
                    step("cd \(shellQuoted(directory["."])); echo 2 >>order", in: 1),
                    .init(Change("", script: "cd \(shellQuoted(directory["."])); cat order")),
                ],
                on: userland
            )
            #expect(outputs.count == 6)
            #expect(outputs.values.allSatisfy { $0.hasSucceeded })
            #expect(outputs[3]?.text == "beside\n")
            #expect(outputs[5]?.text == "1\n2\n")
        }
    }

    @Test("What lanes print is never mixed", arguments: TestUserland.allCases)
    func apart(userland: TestUserland) async throws {
        let script = { (sign: String) in "head -c 200000 /dev/zero | tr '\\0' \(sign)" }
        let outputs = try await outputs(
            "abcdefgh".enumerated().map { step(script(String($0.element)), in: $0.offset) },
            on: userland
        )
        for (place, sign) in "abcdefgh".utf8.enumerated() {
            #expect(outputs[place]?.bytes == Array(repeating: sign, count: 200_000))
        }
    }

    @Test("A failure ends its own lane, and what needs it later", arguments: TestUserland.allCases)
    func failure(userland: TestUserland) async throws {
        let outputs = try await outputs(
            [
                step("exit 3", in: 1), step("echo not here", in: 1), step("echo beside", in: 2),
                step("sleep 0.2; echo later beside", in: 2),
                .init(Change("", script: "echo not here"), chains: [7, 1]),
                .init(Change("", script: "echo here"), chains: [8, 2]),
            ],
            on: userland
        )
        #expect((0..<6).map { outputs[$0]?.ending } == [.ended, .skipped, .ended, .ended, .skipped, .ended])
        #expect(outputs[0]?.status == 3)
        #expect(outputs[3]?.text == "later beside\n")
    }

    @Test("What stops the host lets nothing begin in any lane", arguments: TestUserland.allCases)
    func stop(userland: TestUserland) async throws {
        try await TemporaryDirectory.with { directory in
            let begun = shellQuoted(directory["begun"])
            let outputs = try await outputs(
                [
                    step("until [ -e \(begun) ]; do sleep 0.05; done; stop_host the source is empty", in: 1),
                    step(": >\(begun); sleep 2; echo had begun", in: 2), step("echo not here", in: 2),
                    .init(Change("", script: "echo not here")),
                ],
                on: userland
            )
            #expect((0..<4).map { outputs[$0]?.ending } == [.stopped, .ended, .skipped, .skipped])
        }
    }

    @Test("A step of several chains ends them all where it fails")
    func joint() async throws {
        let outputs = try await outputs(
            [
                .init(Change("", script: "false"), breaks: [1, 2], needs: []), step("echo not here", in: 1),
                step("echo not here", in: 2), step("echo here", in: 3),
            ],
            on: .dash
        )
        #expect((0..<4).map { outputs[$0]?.ending } == [.ended, .skipped, .skipped, .ended])
    }

    @Test("Where no file can be made for them, lanes run in turn")
    func withoutRoom() async throws {
        let outputs = try await outputs(
            [step("echo 1", in: 1), step("false", in: 2), step("echo 3", in: 1), step("echo 4", in: 2)],
            on: .dash
        ) { directory in
            try directory.write("#!/bin/sh\nexit 1\n", to: "bin/mktemp")
            try await runLocally("chmod", ["755", directory["bin/mktemp"]])
        }
        #expect((0..<4).map { outputs[$0]?.ending } == [.ended, .ended, .ended, .skipped])
        #expect(outputs[2]?.text == "3\n")
    }

    @Test(
        "Lanes share what systemd reads anew, and none goes on before its own files were read",
        arguments: TestUserland.allCases
    )
    func reloads(userland: TestUserland) async throws {
        try await TemporaryDirectory.with { units in
            try await runLocally("mkdir", [units["written"], units["read"]])
            let count = 24
            // systemctl notes which files were there when it began to read.
            let systemctl =
                "#!/bin/sh\ncd \(shellQuoted(units["."])); ls written >reading; sleep 0.2; cp reading $(mktemp read/XXXXXX)\n"
            let place = "cd \(shellQuoted(units["."]))"
            let steps = (0..<count).flatMap { number in
                [
                    step("\(place); : >written/\(number)", in: number),
                    step("\(place); reload_units; grep -qx \(number) -r read", in: number, readsUnits: true),
                ]
            }
            let outputs = try await outputs(steps, on: userland) { directory in
                try directory.write(systemctl, to: "bin/systemctl")
                try await runLocally("chmod", ["755", directory["bin/systemctl"]])
            }
            let failed = outputs.filter { !$0.value.hasSucceeded }
            #expect(failed.isEmpty)
            let reads = try await LocalProgram.run("ls", [units["read"]]).output.split(separator: "\n").count
            #expect(reads < count / 2)
        }
    }

    @Test("A lane does not wait for the lanes whose unit files are not there yet", arguments: TestUserland.allCases)
    func firstReload(userland: TestUserland) async throws {
        try await TemporaryDirectory.with { directory in
            let place = "cd \(shellQuoted(directory["."]))"
            let outputs = try await outputs(
                [
                    step("\(place); until [ -e started ]; do sleep 0.05; done", in: 1),
                    step("reload_units", in: 1, readsUnits: true),
                    step("\(place); exit 1", in: 2), step("reload_units; : >late", in: 2, readsUnits: true),
                    step("\(place); reload_units; : >started", in: 3, readsUnits: true),
                ],
                on: userland,
                preparing: { try await Self.writeSystemctl("exit 0", in: $0) }
            )
            #expect(outputs[0]?.hasSucceeded == true && outputs[1]?.hasSucceeded == true)
            #expect(outputs[3]?.ending == .skipped, "what its lane needs has failed before")
        }
    }

    @Test("Unit files that systemd cannot read are told of by each change that needs them")
    func unreadUnits() async throws {
        let steps = [1, 2].map { step("reload_units; echo not reached", in: $0, readsUnits: true) }
        let outputs = try await outputs(steps, on: .dash) {
            try await Self.writeSystemctl("echo 'Access denied' >&2; exit 1", in: $0)
        }
        #expect(outputs.count == 2)
        #expect(outputs.values.allSatisfy { $0.status == 1 && $0.text == "Access denied\n" })
    }

    private static func writeSystemctl(_ script: String, in directory: TemporaryDirectory) async throws {
        try directory.write("#!/bin/sh\n\(script)\n", to: "bin/systemctl")
        _ = try await LocalProgram.run("chmod", ["755", directory["bin/systemctl"]])
    }

    @Test("Every change has an answer, or the script did not come to its end")
    func lostLane() async throws {
        // The shell that works on the lane is the one whose parent was started by the script's own.
        let kill = """
            parent() { sed 's/.*) . \\([0-9]*\\) .*/\\1/' "/proc/$1/stat"; }
            process=$(sh -c 'echo $PPID')
            while [ "$(parent "$(parent "$process")")" != $$ ]; do process=$(parent "$process"); done
            kill -9 "$process"
            """
        let steps = [step(kill, in: 1), step("sleep 1; echo beside", in: 2)]
        let script = FramedScript(applying: steps, nonce: "n0")
        let result = try await LocalShellHost().run(.script(script.text, deadline: .seconds(30)))
        var parser = FrameParser(nonce: "n0")
        #expect(parser.consume(result.standardOutput).map(\.index) == [1])
        #expect(!parser.isComplete)
    }
}
