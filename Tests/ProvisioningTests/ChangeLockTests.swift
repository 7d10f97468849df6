import Foundation
import LockstepTestSupport
import RemoteHost
import SystemPackage
import Testing

@testable import Provisioning

@Suite("The lock of a host's changes", .timeLimit(.minutes(1)))
struct ChangeLockTests {
    /// A shell of each kind that hosts have, as `sh`.
    static let shells = ["dash", "bash", "busybox"]

    /// Runs `body` with a host that has this shell, and a folder.
    private func with(_ shell: String, _ body: (LocalShellHost, TemporaryDirectory) async throws -> Void) async throws {
        try await TemporaryDirectory.with { directory in
            try await runLocally("mkdir", [directory["bin"]])
            let shell = try await runLocally("sh", ["-c", "command -v \(shell)"])
            try await runLocally("ln", ["-s", shell, directory["bin/sh"]])
            try await body(LocalShellHost(searchPath: "\(directory["bin"]):/usr/bin:/bin"), directory)
        }
    }

    /// A script of changes, of a run of its own unless that is named.
    private func script(
        _ change: String,
        _ directory: TemporaryDirectory,
        run: String = .randomMark(),
        patience: Int = 20
    ) -> FramedScript {
        let lock = ChangeLock(file: directory["changes"], run: run, owner: "it's $(id)", patience: patience)
        return FramedScript(applying: [.init(Change("", script: change))], lock: lock, nonce: "n0")
    }

    private func parsed(_ result: CommandResult) -> (parser: FrameParser, frames: [FrameParser.Frame]) {
        var parser = FrameParser(nonce: "n0")
        let frames = parser.consume(result.standardOutput)
        return (parser, frames)
    }

    @Test("Two runs never change one host at the same time; who waits is told for whom", arguments: shells)
    func oneAtATime(shell: String) async throws {
        try await with(shell) { host, directory in
            let log = directory["log"]
            let change = "echo begin >>\(log); sleep 2; echo end >>\(log)"
            async let first = host.run(.script(script(change, directory).text, deadline: .seconds(20)))
            async let second = host.run(.script(script(change, directory).text, deadline: .seconds(20)))
            let results = try await [parsed(first), parsed(second)]
            #expect(directory.read("log") == "begin\nend\nbegin\nend\n")
            for result in results {
                #expect(result.parser.isComplete && result.parser.lock == .taken)
                #expect(result.frames.map(\.output.status) == [0])
            }
            let waiting = try await [first, second].filter { $0.outputText.contains("\nn0 held ") }
            #expect(waiting.count == 1)
            #expect(waiting.first?.outputText.contains("n0 held it's $(id), since 2") == true)
        }
    }

    @Test(
        "The scripts of one run change a host beside each other, and another run waits for the last",
        arguments: TestUserland.allCases
    )
    func beside(userland: TestUserland) async throws {
        try await TemporaryDirectory.with { directory in
            let host = try await userland.install(in: directory["bin"], home: directory["home"])
            let wait = { (file: String) in "cd '\(directory["."])'; until [ -e \(file) ]; do sleep 0.05; done" }
            let ours = ["\(wait("second")); echo first >>log", ": >second; \(wait("released")); echo second >>log"].map
            {
                script("cd '\(directory["."])'; \($0)", directory, run: "ours")
            }
            let theirs = script("echo other >>'\(directory["log"])'", directory, run: "theirs")
            let released = directory["released"]
            async let first = host.run(.script(ours[0].text, deadline: .seconds(30)))
            async let second = host.run(.script(ours[1].text, deadline: .seconds(30)))
            while directory.read("log") != "first\n" { try await Task.sleep(for: .milliseconds(20)) }
            let other = try await host.run(.script(theirs.text, deadline: .seconds(30))) { chunk in
                guard case .standardOutput(let bytes) = chunk else { return }
                // Only who has seen that it is held lets the second end.
                if String(decoding: bytes, as: UTF8.self).contains("n0 held it's $(id), since 2") {
                    _ = FileManager.default.createFile(atPath: released, contents: nil)
                }
            }
            for result in try await [first, second] {
                #expect(parsed(result).parser.lock == .taken && parsed(result).parser.isComplete)
                #expect(!result.outputText.contains(" held "), "nobody of one run waits for another of it")
            }
            #expect(parsed(other).parser.isComplete)
            #expect(directory.read("log") == "first\nsecond\nother\n")
            #expect(directory.read("changes")?.hasPrefix("theirs\nit's $(id), since 2") == true)
            #expect(try await runLocally("flock", ["-n", directory["changes"], "echo", "free"]) == "free")
        }
    }

    @Test("However scripts of two runs meet, only one run changes the host at a time", arguments: TestUserland.allCases)
    func crowd(userland: TestUserland) async throws {
        try await TemporaryDirectory.with { directory in
            let host = try await userland.install(in: directory["bin"], home: directory["home"])
            try await runLocally("mkdir", [directory["here"]])
            let scripts = (0..<10).map { number in
                let (own, other) = number.isMultiple(of: 2) ? ("a", "b") : ("b", "a")
                let alone = "for f in \(other)*; do [ ! -e \"$f\" ] || { echo \(own) met $f; exit 3; }; done"
                let change =
                    "cd '\(directory["here"])'; : >\(own)\(number); \(alone); sleep 0.3; \(alone); rm \(own)\(number)"
                return script(change, directory, run: own, patience: 60)
            }
            try await withThrowingTaskGroup { group in
                for script in scripts {
                    group.addTask { try await host.run(.script(script.text, deadline: .seconds(60))) }
                }
                for try await result in group {
                    #expect(parsed(result).frames.map(\.output.status) == [0], "\(result.outputText)")
                    #expect(parsed(result).parser.lock == .taken)
                }
            }
        }
    }

    @Test("A process that a change leaves behind does not hold it", arguments: shells)
    func daemon(shell: String) async throws {
        try await with(shell) { host, directory in
            let change = script("sleep 30 >/dev/null 2>&1 & echo $! >\(directory["pid"])", directory)
            let result = try await host.run(.script(change.text, deadline: .seconds(20)))
            #expect(parsed(result).parser.isComplete)
            let free = "kill -0 $(cat '\(directory["pid"])') && flock -n '\(directory["changes"])' echo free"
            #expect(try await runLocally("sh", ["-c", free]) == "free")
            try await runLocally("sh", ["-c", "kill $(cat '\(directory["pid"])')"])
        }
    }

    @Test(
        "It is held until a change ends, also when nobody listens any more, and nothing further is begun",
        arguments: shells
    )
    func unheard(shell: String) async throws {
        try await with(shell) { _, directory in
            let lock = ChangeLock(file: directory["changes"], owner: "alice", patience: 20)
            let steps = ["echo began >\(directory["began"]); sleep 2", "touch \(directory["behind"])"]
            let text = FramedScript(
                applying: steps.map { .init(Change("", script: $0)) },
                lock: lock,
                nonce: "n0"
            )
            try directory.write(text.text, to: "script")
            let run = """
                cd '\(directory["."])'
                mkfifo pipe
                bin/sh script >pipe &
                exec 3<pipe
                until [ -e began ]; do sleep 0.1; done
                exec 3<&-
                flock -n changes echo free || echo held
                flock changes echo free
                wait
                """
            let output = try await runLocally("bash", ["-c", run])
            #expect(output == "held\nfree")
            #expect(directory.read("behind") == nil)
        }
    }

    @Test("Who waits too long, and who waits while nobody listens, changes nothing later", arguments: shells)
    func givesUp(shell: String) async throws {
        try await with(shell) { host, directory in
            let hold = "exec 9>>'\(directory["changes"])'; flock 9; echo 'bob, since noon' >&9; sleep 6"
            async let holding = runLocally("sh", ["-c", hold])
            while directory.read("changes") != "bob, since noon\n" { try await Task.sleep(for: .milliseconds(20)) }
            let change = script("touch \(directory["changed"])", directory, patience: 2)
            let result = try await host.run(.script(change.text, deadline: .seconds(20)))
            #expect(parsed(result).parser.lock == .held("bob, since noon"))
            #expect(!parsed(result).parser.isComplete)

            try directory.write(script("touch \(directory["changed"])", directory).text, to: "script")
            let unheard = "'\(directory["bin/sh"])' '\(directory["script"])' | true"
            try await runLocally("bash", ["-c", unheard])
            _ = try await holding
            try await Task.sleep(for: .seconds(1.5))
            #expect(directory.read("changed") == nil)
        }
    }

    @Test("Where there is no flock, changes are made, and it is said that nothing keeps them apart")
    func noFlock() async throws {
        try await TemporaryDirectory.with { directory in
            for tool in ["sh", "cat"] { try await runLocally("ln", ["-s", "/bin/\(tool)", directory[tool]]) }
            let text = script("echo changed", directory).text
            let bare = text.split(separator: "\n").filter { !$0.hasPrefix("PATH=") }.joined(separator: "\n")
            let host = LocalShellHost(searchPath: directory.path.string)
            let result = try await parsed(host.run(.script(bare, deadline: .seconds(20))))
            #expect(result.parser.lock == .missing("flock is not installed"))
            #expect(result.frames.map(\.output.text) == ["changed\n"])
        }
    }

    @Test("Nobody else may read the file, and so lock it")
    func mode() async throws {
        try await TemporaryDirectory.with { directory in
            try directory.write("", to: "changes")
            _ = try await LocalShellHost().run(.script(script(":", directory).text, deadline: .seconds(20)))
            #expect(try await runLocally("stat", ["-c", "%a", directory["changes"]]) == "600")
        }
    }
}
