import FoundationEssentials
import LockstepTestSupport
import RemoteHost
import Testing

@testable import Propagation

@Suite("A slave's script", .timeLimit(.minutes(2)))
struct SlaveScriptTests {
    private let canary = Canary()

    /// Longer than any pause between two looks that the script takes where sleep knows fractions.
    private let manyLooks = Duration.milliseconds(300)

    @Test("It sees each step once the bytes and names are right, and not before", arguments: TestShell.allCases)
    func steps(shell: TestShell) async throws {
        try await Folders.with(shell) { folders in
            let wait = shell == .dashWithoutFractions ? .milliseconds(1300) : manyLooks
            let target = folders.target(1)
            let directory = "\(target)/\(canary.directoryName)"
            let result = try await talk(folders) { talk in
                try #require(try await talk.hear() == "ready")
                #expect(try await talk.hear(within: wait) == nil, "there is no target yet")
                try write(String("created \(canary.nonce)".dropLast()), to: "first", in: directory)
                #expect(try await talk.hear(within: wait) == nil, "the last byte is missing")
                try write("created \(canary.nonce)\nmore", to: "first", in: directory)
                #expect(try await talk.hear(within: wait) == nil, "there are too many bytes")
                try write("created \(Canary().nonce)\n", to: "first", in: directory)
                #expect(try await talk.hear(within: wait) == nil, "it is another's canary")
                try write("created \(canary.nonce)\n", to: "first", in: directory)
                #expect(try await talk.hear() == "seen created")
                #expect(try await talk.hear(within: wait) == nil, "nothing has changed")
                try write("changed since then \(canary.nonce)\n", to: "first", in: directory)
                #expect(try await talk.hear() == "seen changed")
                #expect(try await talk.hear(within: wait) == nil, "nothing has changed since then")
                try write("changed once again \(canary.nonce)\n", to: "first", in: directory)
                #expect(try await talk.hear() == "seen rewritten")
                try write("changed once again \(canary.nonce)\n", to: "second", in: directory)
                #expect(try await talk.hear(within: wait) == nil, "the old name is still there")
                try FileManager.default.removeItem(atPath: "\(directory)/first")
                #expect(try await talk.hear() == "seen renamed")
                try FileManager.default.removeItem(atPath: "\(directory)/second")
                #expect(try await talk.hear(within: wait) == nil, "the directory is still there")
                try FileManager.default.removeItem(atPath: directory)
                #expect(try await talk.hear() == "seen deleted")
            }
            #expect(result.exit == .status(0))
            #expect(result.errorText == "")
        }
    }

    @Test("At the end of its input it removes what is left, after a short wait", arguments: TestShell.allCases)
    func leftovers(shell: TestShell) async throws {
        try await Folders.with(shell) { folders in
            try write("anything", to: "first", in: "\(folders.target(1))/\(canary.directoryName)")
            var end = ContinuousClock.now
            let result = try await talk(folders, farewell: .seconds(1)) { talk in
                try #require(try await talk.hear() == "ready")
                end = .now
            }
            #expect(ContinuousClock.now - end > .milliseconds(900))
            #expect(result.exit == .status(0))
            #expect(try folders.allCanaries() == [])
        }
    }

    @Test("It does not wait for more once the deletion has arrived", arguments: TestShell.allCases)
    func arrivesAtTheEnd(shell: TestShell) async throws {
        try await Folders.with(shell) { folders in
            let directory = "\(folders.target(1))/\(canary.directoryName)"
            try write("anything", to: "first", in: directory)
            let start = ContinuousClock.now
            let result = try await talk(folders, farewell: .seconds(100)) { talk in
                try #require(try await talk.hear() == "ready")
                talk.hangUp()
                #expect(try await talk.hear(within: manyLooks) == nil)
                try FileManager.default.removeItem(atPath: directory)
            }
            #expect(result.exit == .status(0))
            #expect(ContinuousClock.now - start < .seconds(60))
        }
    }

    @Test(
        "On a signal it removes what is left without waiting",
        arguments: [("HUP", 129), ("INT", 130), ("TERM", 143), ("PIPE", 141)],
        TestShell.allCases
    )
    func signal(signal: (name: String, status: Int32), shell: TestShell) async throws {
        try await Folders.with(shell) { folders in
            try write("anything", to: "first", in: "\(folders.target(1))/\(canary.directoryName)")
            let start = ContinuousClock.now
            let result = try await talk(folders, farewell: .seconds(100), line: "echo $$; exec sh -s") { talk in
                let process = try #require(try await talk.hear())
                try #require(try await talk.hear() == "ready")
                try await kill(process, signal.name)
                #expect(try await talk.hear() == nil)
            }
            #expect(result.exit == .status(signal.status))
            #expect(ContinuousClock.now - start < .seconds(60))
            #expect(try folders.allCanaries() == [])
        }
    }

    @Test("Its timekeeper cleans up when it is killed outright", arguments: TestShell.allCases)
    func killed(shell: TestShell) async throws {
        try await Folders.with(shell) { folders in
            try write("anything", to: "first", in: "\(folders.target(1))/\(canary.directoryName)")
            let result = try await talk(folders, line: "echo $$; exec sh -s") { talk in
                let process = try #require(try await talk.hear())
                try #require(try await talk.hear() == "ready")
                #expect(try await talk.hear(within: manyLooks) == nil)
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

    @Test("At its deadline it ends and removes what is left", arguments: TestShell.allCases)
    func deadline(shell: TestShell) async throws {
        try await Folders.with(shell) { folders in
            try write("anything", to: "first", in: "\(folders.target(1))/\(canary.directoryName)")
            let result = try await talk(folders, lifetime: .seconds(1), farewell: .seconds(100)) { talk in
                try #require(try await talk.hear() == "ready")
                #expect(try await talk.hear() == nil)
            }
            #expect(result.exit == .status(143))
            #expect(try folders.allCanaries() == [])
        }
    }

    @Test("A target that never was is no failure", arguments: TestShell.allCases)
    func noTarget(shell: TestShell) async throws {
        try await Folders.with(shell) { folders in
            let result = try await talk(folders) { talk in try #require(try await talk.hear() == "ready") }
            #expect(result.exit == .status(0))
            #expect(result.errorText == "")
        }
    }

    private func talk(
        _ folders: Folders,
        lifetime: Duration = .seconds(30),
        farewell: Duration = .seconds(1),
        line: String = "sh -s",
        _ body: (Conversation) async throws -> Void
    ) async throws -> CommandResult {
        let script = canary.slaveScript(target: folders.target(1), lifetime: lifetime, farewell: farewell)
        return try await Conversation.with(folders.host(), script, line: line, body)
    }

    private func write(_ text: String, to name: String, in directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: "\(directory)/\(name)"), options: .atomic)
    }
}
