import LockstepTestSupport
import RemoteHost
import SystemPackage
import Testing

@testable import FleetRunner

@Suite("The fleet's lock", .timeLimit(.minutes(1)))
struct RunLockTests {
    /// Tries to get a lock on this machine, holds it during `body`, and gives it back.
    private func take(_ owner: String, _ file: String, _ body: (RunLock) async throws -> Void = { _ in }) async throws {
        let lock = RunLock(owner: owner, file: file, changesFile: file + ".changes")
        lock.offer(LocalShellHost(), privilege: .none)
        async let serving: Void = lock.serve()
        let result: Result<Void, any Error>
        do {
            try await lock.acquire()
            result = .success(try await body(lock))
        } catch {
            result = .failure(error)
        }
        lock.release()
        await serving
        try result.get()
    }

    @Test("Who comes second is told who has it and since when; after the first has ended it is free")
    func twoHolders() async throws {
        try await TemporaryDirectory.with { directory in
            let file = directory["it's a lock"]
            try await take("alice@\"laptop\" $(id), pid 17", file) { _ in
                let error = await #expect(throws: RunLock.Failure.self) { try await take("bob", file) }
                let message = try #require(error?.message)
                let words =
                    #/another run holds the lock: alice@"laptop" \$\(id\), pid 17, since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+/#
                #expect(message.wholeMatch(of: words) != nil, "\(message)")
            }
            try await take("bob", file)
        }
    }

    @Test("A holder that is killed holds it no more")
    func killedHolder() async throws {
        try await TemporaryDirectory.with { directory in
            let first = RunLock(owner: "alice", file: directory["lock"], changesFile: directory["changes"])
            first.offer(LocalShellHost(), privilege: .none)
            await withTaskGroup { group in
                group.addTask { await first.serve() }
                await #expect(throws: Never.self) { try await first.acquire() }
                group.cancelAll()
            }
            try await take("bob", directory["lock"])
        }
    }

    @Test("A lock that cannot be taken says why, and what to try")
    func notWritable() async throws {
        try await TemporaryDirectory.with { directory in
            let error = await #expect(throws: RunLock.Failure.self) {
                try await take("alice", directory["no/such/lock"])
            }
            let message = try #require(error?.message)
            #expect(message.hasPrefix("the lock cannot be taken: "))
            #expect(message.contains("no/such/lock"))
            #expect(error?.hint?.contains("root") == true)
        }
    }

    @Test("Without flock on the master there is no lock, which is not taken for one that is held")
    func noFlock() async throws {
        try await TemporaryDirectory.with { directory in
            let lock = RunLock(owner: "alice", file: directory["lock"], changesFile: directory["changes"])
            for tool in ["sh", "tail", "date"] {
                try await runLocally("ln", ["-s", "/bin/\(tool)", directory[tool]])
            }
            lock.offer(LocalShellHost(searchPath: directory.path.string), privilege: .none)
            async let serving: Void = lock.serve()
            let error = await #expect(throws: RunLock.Failure.self) { try await lock.acquire() }
            await serving
            #expect(error?.message.contains("flock") == true)
            #expect(error?.hint?.contains("flock") == true)
        }
    }

    @Test("A run that wants no lock sends no command for it")
    func notWanted() async {
        let host = ScriptedHost()
        let lock = RunLock(owner: "alice", file: "/nowhere", changesFile: "/nowhere")
        lock.offer(host, privilege: .none)
        lock.release()
        await lock.serve()
        #expect(host.commands.isEmpty)
    }

    @Test("Without a master nobody gets the lock, and nobody waits for it", arguments: [true, false])
    func withoutMaster(isServedFirst: Bool) async {
        let lock = RunLock(owner: "alice", file: "/nowhere", changesFile: "/nowhere")
        await withTaskGroup { group in
            if isServedFirst { group.addTask { await lock.serve() } }
            group.addTask {
                await #expect(throws: RunLock.Failure.withoutMaster("hub could not be reached")) {
                    try await lock.acquire()
                }
            }
            lock.giveUp(because: "hub could not be reached")
            if !isServedFirst { await lock.serve() }
        }
    }
}
