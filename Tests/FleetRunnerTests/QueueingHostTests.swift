import LockstepTestSupport
import RemoteHost
import Synchronization
import Testing

@testable import FleetRunner

@Suite("Commands on a host that grants few sessions", .timeLimit(.minutes(1)))
struct QueueingHostTests {
    /// A host that answers after some turns of other tasks.
    private func slow(_ answer: RemoteHostError? = nil) -> ScriptedHost {
        let slow = ScriptedHost.Answer("all", when: { _ in true }) { _, _ in
            for _ in 0..<50 { await Task.yield() }
            return .status(0)
        }
        return ScriptedHost([answer.map { .to("", throws: $0) } ?? slow.always])
    }

    @Test("Those that get none wait for others to end, and all have their turn", arguments: [1, 3, 20])
    func turns(sessions: Int) async throws {
        let narrow = NarrowHost(slow(), sessions: sessions)
        let refusals = Mutex(0)
        let host = QueueingHost(narrow) { refusals.withLock { $0 += 1 } }
        try await withThrowingTaskGroup { group in
            for _ in 0..<10 { group.addTask { try await host.run(Command("true", deadline: .seconds(10))) } }
            for try await result in group { #expect(result.succeeded) }
        }
        #expect((refusals.withLock { $0 } > 0) == (sessions < 10))
    }

    @Test("One that gets none though no other runs fails with the host's words")
    func alone() async {
        let host = QueueingHost(NarrowHost(slow(), sessions: 0))
        let error = await #expect(throws: RemoteHostError.self) {
            try await host.run(Command("true", deadline: .seconds(10)))
        }
        #expect(error?.message == NarrowHost.refusal.message)
    }

    @Test("One that lasts waits for its turn, and nobody waits for its end")
    func lasting() async throws {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let holding = ScriptedHost.Answer("holds", when: { $0.line == "hold" }) { _, _ in
            for await _ in ends {}
            return .status(0)
        }
        let brief = ScriptedHost.Answer("all", when: { $0.line == "true" }) { _, _ in
            for _ in 0..<50 { await Task.yield() }
            return .status(0)
        }
        let host = QueueingHost(NarrowHost(ScriptedHost([holding.always, brief.always]), sessions: 1))
        async let first = host.run(Command("true", deadline: .seconds(30)))
        for _ in 0..<10 { await Task.yield() }
        async let lasting = host.lasting.run(Command("hold", deadline: .seconds(30)))
        _ = try await first
        // Once that has the only session, all others fail at once.
        await #expect(throws: NarrowHost.refusal) {
            for _ in 0..<1000 { _ = try await host.run(Command("true", deadline: .seconds(30))) }
        }
        end.finish()
        #expect(try await lasting.succeeded)
    }

    @Test("Another failure is not tried again")
    func lost() async {
        let scripted = slow(RemoteHostError(.connectionLost, "gone"))
        let host = QueueingHost(scripted)
        let error = await #expect(throws: RemoteHostError.self) {
            try await host.run(Command("true", deadline: .seconds(10)))
        }
        #expect(error?.message == "gone")
        #expect(scripted.commands.count == 1)
    }

    @Test("Who is cancelled waits no longer")
    func cancelled() async throws {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let holding = ScriptedHost.Answer("holds", when: { _ in true }) { _, _ in
            for await _ in ends {}
            return .status(0)
        }
        let host = QueueingHost(NarrowHost(ScriptedHost([holding.always]), sessions: 1))
        async let first = host.run(Command("hold", deadline: .seconds(30)))
        for _ in 0..<100 { await Task.yield() }
        await withTaskGroup { group in
            group.addTask { _ = try? await host.run(Command("wait", deadline: .seconds(30))) }
            for _ in 0..<100 { await Task.yield() }
            group.cancelAll()
        }
        end.finish()
        _ = try await first
    }
}
