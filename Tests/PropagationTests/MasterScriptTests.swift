import FoundationEssentials
import Glibc
import LockstepTestSupport
import RemoteHost
import Testing

@testable import Propagation

@Suite("The master's script", .timeLimit(.minutes(2)))
struct MasterScriptTests {
    private let canary = Canary()

    @Test("It takes each step when it is told to, and says so", arguments: TestShell.allCases)
    func steps(shell: TestShell) async throws {
        try await Folders.with(shell) { folders in
            let directory = "\(folders.source)/\(canary.directoryName)"
            let result = try await talk(folders) { talk in
                try #require(try await talk.hear() == "ready")
                #expect(try folders.allCanaries() == [])
                talk.say("create")
                #expect(try await talk.hear() == "written created")
                #expect(try files(in: directory) == ["first": "created \(canary.nonce)\n"])
                talk.say("change")
                #expect(try await talk.hear() == "written changed")
                #expect(try files(in: directory) == ["first": "changed since then \(canary.nonce)\n"])
                let before = try status(of: "\(directory)/first")
                talk.say("rewrite")
                #expect(try await talk.hear() == "written rewritten")
                #expect(try files(in: directory) == ["first": "changed once again \(canary.nonce)\n"])
                let after = try status(of: "\(directory)/first")
                #expect(before.size == after.size && before.time == after.time, "rsync sees no difference")
                talk.say("rename")
                #expect(try await talk.hear() == "written renamed")
                #expect(try files(in: directory) == ["second": "changed once again \(canary.nonce)\n"])
                talk.say("delete")
                #expect(try await talk.hear() == "written deleted")
                #expect(try folders.allCanaries() == [])
            }
            #expect(result.exit == .status(0))
            #expect(result.errorText == "")
        }
    }

    @Test(
        "It removes the canary when its input ends, whatever the step",
        arguments: [["create"], ["create", "change"], ["create", "change", "rewrite", "rename"], []],
        TestShell.allCases
    )
    func endOfInput(words: [String], shell: TestShell) async throws {
        try await Folders.with(shell) { folders in
            let result = try await talk(folders) { talk in
                try #require(try await talk.hear() == "ready")
                for word in words {
                    talk.say(word)
                    #expect(try await talk.hear()?.hasPrefix("written") == true)
                }
                #expect(try folders.allCanaries().count == (words.isEmpty ? 0 : 1))
            }
            #expect(result.exit == .status(0))
            #expect(try folders.allCanaries() == [])
        }
    }

    @Test(
        "It removes the canary on a signal",
        arguments: [("HUP", 129), ("INT", 130), ("TERM", 143), ("PIPE", 141)],
        TestShell.allCases
    )
    func signal(signal: (name: String, status: Int32), shell: TestShell) async throws {
        try await Folders.with(shell) { folders in
            let result = try await talk(folders, line: "echo $$; exec sh -s") { talk in
                let process = try #require(try await talk.hear())
                try #require(try await talk.hear() == "ready")
                talk.say("create")
                try #require(try await talk.hear() == "written created")
                #expect(try folders.allCanaries().count == 1)
                try await kill(process, signal.name)
                #expect(try await talk.hear() == nil)
            }
            #expect(result.exit == .status(signal.status))
            #expect(try folders.allCanaries() == [])
        }
    }

    @Test("Its timekeeper removes the canary when it is killed outright", arguments: TestShell.allCases)
    func killed(shell: TestShell) async throws {
        try await Folders.with(shell) { folders in
            let result = try await talk(folders, line: "echo $$; exec sh -s") { talk in
                let process = try #require(try await talk.hear())
                try #require(try await talk.hear() == "ready")
                talk.say("create")
                try #require(try await talk.hear() == "written created")
                try await kill(process, "KILL")
                #expect(try await talk.hear() == nil)
            }
            #expect(result.exit == .signal("KILL"))
            #expect(
                try await eventually {
                    try folders.allCanaries()
                } until: {
                    $0.isEmpty
                } == []
            )
        }
    }

    @Test("It ends and removes the canary at its deadline", arguments: TestShell.allCases)
    func deadline(shell: TestShell) async throws {
        try await Folders.with(shell) { folders in
            let result = try await talk(folders, lifetime: .milliseconds(2100)) { talk in
                try #require(try await talk.hear() == "ready")
                talk.say("create")
                try #require(try await talk.hear() == "written created")
                #expect(try await talk.hear() == nil)
            }
            #expect(result.exit == .status(143))
            #expect(try folders.allCanaries() == [])
        }
    }

    @Test("It removes the canary when nobody hears it any more", arguments: TestShell.allCases)
    func deadOutput(shell: TestShell) async throws {
        try await Folders.with(shell) { folders in
            _ = try await talk(folders, line: "{ sh -s; echo over >&2; } | head -n 3") { talk in
                try #require(try await talk.hear() == "ready")
                talk.say("create")
                #expect(try await talk.hear() == nil)
            }
            #expect(try folders.allCanaries() == [])
        }
    }

    @Test("It says that the source is missing, in the shell's words", arguments: TestShell.allCases)
    func missingSource(shell: TestShell) async throws {
        try await Folders.with(shell) { folders in
            let script = canary.masterScript(source: folders.root + "/nowhere", lifetime: .seconds(30))
            let result = try await Conversation.with(folders.host(), script) { talk in
                let line = try await talk.hear()
                #expect(line == nil)
            }
            #expect(result.exit == .status(1))
            #expect(result.errorText.contains("/nowhere: no such directory"))
        }
    }

    @Test(
        "It fails with the shell's words where nothing can be written, and leaves nothing",
        arguments: TestShell.allCases
    )
    func fullFilesystem(shell: TestShell) async throws {
        try await Folders.with(shell) { folders in
            let result = try await talk(folders, line: "trap '' XFSZ; ulimit -f 0; exec sh -s") { talk in
                try #require(try await talk.hear() == "ready")
                talk.say("create")
                #expect(try await talk.hear() == nil)
            }
            #expect(result.exit == .status(1))
            #expect(!result.errorText.isEmpty)
            #expect(try folders.allCanaries() == [])
        }
    }

    @Test("A word that it does not know ends it")
    func unknownWord() async throws {
        try await Folders.with { folders in
            let result = try await talk(folders) { talk in
                try #require(try await talk.hear() == "ready")
                talk.say("create")
                try #require(try await talk.hear() == "written created")
                talk.say("$(reboot)")
                #expect(try await talk.hear() == nil)
            }
            #expect(result.exit == .status(1))
            #expect(result.errorText.contains("no such step: $(reboot)"))
            #expect(try folders.allCanaries() == [])
        }
    }

    @Test("What is sent after its end is not taken for commands", arguments: TestShell.allCases)
    func wordsAfterTheEnd(shell: TestShell) async throws {
        try await Folders.with(shell) { folders in
            let result = try await talk(folders) { talk in
                try #require(try await talk.hear() == "ready")
                talk.say("nonsense\necho executed")
                #expect(try await talk.hear() == nil)
            }
            #expect(!result.outputText.contains("executed"))
        }
    }

    private func talk(
        _ folders: Folders,
        lifetime: Duration = .seconds(30),
        line: String = "sh -s",
        _ body: (Conversation) async throws -> Void
    ) async throws -> CommandResult {
        let script = canary.masterScript(source: folders.source, lifetime: lifetime)
        return try await Conversation.with(folders.host(), script, line: line, body)
    }

    /// What rsync compares of a file: its size, and its time of modification to the nanosecond.
    private func status(of path: String) throws -> (size: Int, time: [Int]) {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        return (Int(status.st_size), [status.st_mtim.tv_sec, status.st_mtim.tv_nsec])
    }

    private func files(in directory: String) throws -> [String: String] {
        var files: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
            let bytes = FileManager.default.contents(atPath: "\(directory)/\(name)") ?? Data()
            files[name] = String(decoding: bytes, as: UTF8.self)
        }
        return files
    }
}
