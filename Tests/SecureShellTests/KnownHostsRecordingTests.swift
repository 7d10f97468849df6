import LockstepTestSupport
import SystemPackage
import Testing

@testable import SecureShell

@Suite("Recording of host keys", .timeLimit(.minutes(1)))
struct KnownHostsRecordingTests {
    private static let key = ed25519Key(filledWith: 0)
    private static let otherKey = ed25519Key(filledWith: 1)
    private static let host = HostNames(address: "web1.example", port: 22, alias: "web1")

    private static func ed25519Key(filledWith byte: UInt8) -> HostKey {
        HostKey(bytes: [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 32] + Array(repeating: byte, count: 32))
    }

    /// Records a key after a look at what is known, as a connection does.
    private func record(_ key: HostKey, in known: KnownHosts, isHashed: Bool = false) async throws
        -> HostKnowledge.Verdict
    {
        let knowledge = known.knowledge(of: Self.host, showing: key)
        #expect(knowledge.verdict(on: key) == .unknown(authority: nil))
        return try await known.record(key, for: Self.host, isHashed: isHashed, knowing: knowledge)
    }

    @Test(
        "What another run has recorded meanwhile holds: its key once, and no other beside it",
        arguments: [true, false]
    )
    func twoRuns(isHashed: Bool) async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write("other ssh-ed25519 \(Self.key.base64)\n", to: "known_hosts")
            let (ours, theirs, last) = (
                try KnownHosts(files: [file]), try KnownHosts(files: [file]), try KnownHosts(files: [file])
            )
            #expect(try await record(Self.key, in: theirs, isHashed: isHashed) == .match)
            let recorded = try #require(directory.read("known_hosts"))
            #expect(try await record(Self.key, in: ours, isHashed: isHashed) == .match)
            guard case .changed(let expected) = try await record(Self.otherKey, in: last, isHashed: isHashed) else {
                Issue.record("a second key was taken for the host")
                return
            }
            #expect(expected.map(\.location.description) == ["\(file):2"])
            #expect(directory.read("known_hosts") == recorded)
            #expect(recorded.count { $0.isNewline } == 2)
            // What was read then is known from then on.
            #expect(last.knowledge(of: Self.host, showing: Self.key).verdict(on: Self.key) == .match)
        }
    }

    @Test("A file that another program has rewritten meanwhile is read as a whole, and only added to")
    func rewritten() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write(
                "a ssh-ed25519 \(Self.key.base64)\n\n\nb ssh-ed25519 \(Self.key.base64)",
                to: "file"
            )
            let known = try KnownHosts(files: [file])
            let text = "\nc,web1.example ssh-ed25519 \(Self.otherKey.base64)\n"
            try directory.write(text, to: "file")
            guard case .changed(let expected) = try await record(Self.key, in: known) else {
                Issue.record("a second key was taken for the host")
                return
            }
            #expect(expected.map(\.location.line) == [2])
            #expect(directory.read("file") == text)
        }
    }

    @Test("A line that was cut when it was read, and is whole now, is read again")
    func cutLine() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write("a ssh-ed25519 \(Self.key.base64)\nweb1.exam", to: "file")
            let known = try KnownHosts(files: [file])
            let text = "a ssh-ed25519 \(Self.key.base64)\nweb1.example ssh-ed25519 \(Self.otherKey.base64)\n"
            try directory.write(text, to: "file")
            guard case .changed(let expected) = try await record(Self.key, in: known) else {
                Issue.record("a second key was taken for the host")
                return
            }
            #expect(expected.map(\.location.line) == [2])
        }
    }

    @Test("A line goes below a last one without an end, and its number is told")
    func afterCutLine() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write("\nweb2.example ssh-ed25519 \(Self.key.base64)", to: "file")
            let known = try KnownHosts(files: [file])
            #expect(try await record(Self.key, in: known) == .match)
            let line = "web1.example ssh-ed25519 \(Self.key.base64)\n"
            #expect(directory.read("file") == "\nweb2.example ssh-ed25519 \(Self.key.base64)\n" + line)
            let knowledge = known.knowledge(of: Self.host, showing: Self.otherKey)
            #expect(knowledge.keys.map(\.location.line) == [3])
        }
    }

    @Test("A lock that another process holds is waited for, but not for ever")
    func locked() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write("", to: "file")
            for (seconds, isWaitedFor) in [("1", true), ("20", false)] {
                try directory.write("", to: "file")
                let known = try KnownHosts(files: [file])
                // The process that is left behind holds the lock by what it has inherited.
                let holder = try await LocalProgram.shell(
                    "exec 9>>\"$1\"; flock 9; sleep \"$2\" >/dev/null 2>&1 & echo $!",
                    file.string,
                    seconds
                ).output
                do {
                    #expect(try await record(Self.key, in: known) == .match)
                    #expect(isWaitedFor)
                } catch let error as KnownHostsError {
                    #expect(!isWaitedFor)
                    #expect(error.message == "\(file) is locked by another process")
                }
                _ = try await LocalProgram.shell("kill $1 2>/dev/null", holder)
            }
        }
    }
}
