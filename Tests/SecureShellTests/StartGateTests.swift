import RemoteHost
import Synchronization
import Testing

@testable import SecureShell

@Suite("Starts at one sshd", .timeLimit(.minutes(1)))
struct StartGateTests {
    private struct Counts: Sendable {
        var inside = 0
        var most = 0
        var passed = 0
    }

    private final class Crowd: Sendable {
        let counts = Mutex(Counts())
    }

    @Test("Eight pass at a time, and everybody in the end")
    func eightAtATime() async throws {
        let gate = StartGate()
        let crowd = Crowd()
        await withThrowingTaskGroup { group in
            for number in 0..<100 {
                group.addTask {
                    try await gate.pass(to: "10.0.0.1 22") { () throws(RemoteHostError) in
                        crowd.counts.withLock {
                            $0.inside += 1
                            $0.most = max($0.most, $0.inside)
                        }
                        // Whoever is inside lets all others come as far as they can.
                        for _ in 0..<20 { await Task.yield() }
                        crowd.counts.withLock {
                            $0.inside -= 1
                            $0.passed += 1
                        }
                        // A failure gives the place away too.
                        if number == 50 { throw RemoteHostError(.timedOut, "too late") }
                    }
                }
            }
            while let result = await group.nextResult() {
                if case .failure(let error) = result { #expect(error as? RemoteHostError != nil) }
            }
        }
        #expect(crowd.counts.withLock(\.most) == 8)
        #expect(crowd.counts.withLock(\.passed) == 100)
    }

    @Test("A full gate keeps nobody from another sshd")
    func otherServers() async throws {
        let gate = StartGate(places: 1)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        async let busy: Void = gate.pass(to: "10.0.0.1 22") { () throws(RemoteHostError) in
            enter.finish()
            for await _ in released {}
        }
        for await _ in entered {}
        let other = try await gate.pass(to: "10.0.0.2 22") { () throws(RemoteHostError) in "passed" }
        #expect(other == "passed")
        release.finish()
        try await busy
    }
}
