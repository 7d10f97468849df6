import FleetRunner
import LockstepTestSupport
import RemoteHost
import Synchronization
import Testing

@Suite("Connections that are opened early", .timeLimit(.minutes(1)))
struct EarlyConnectionsTests {
    /// A connector that notes what it opens and closes.
    private final class NotingConnector: RemoteHostConnector {
        private let notes = Mutex<[String]>([])
        private let connector: FakeConnector

        init(_ names: String..., errors: [String: RemoteHostError] = [:]) {
            let hosts = Dictionary(uniqueKeysWithValues: names.map { ($0, ScriptedHost(name: $0)) })
            connector = FakeConnector(hosts: hosts, errors: errors)
        }

        var noted: [String] { notes.withLock(\.self) }

        func isNoted(_ note: String) async {
            while !noted.contains(note) { await Task.yield() }
        }

        func withConnection<Value: Sendable>(
            to name: String,
            _ body: (any RemoteHost) async throws -> Value
        ) async throws -> Value {
            defer { notes.withLock { $0.append("closed \(name)") } }
            return try await connector.withConnection(to: name) { remote in
                notes.withLock { $0.append("opened \(name)") }
                return try await body(remote)
            }
        }
    }

    @Test("They are there before they are asked for, are lent, and closed with the end of that")
    func lent() async throws {
        let connector = NotingConnector("edge1", "edge2")
        try await EarlyConnections.withConnections(to: ["edge1", "edge2"], by: connector) { early in
            await connector.isNoted("opened edge1")
            await connector.isNoted("opened edge2")
            let name = try await early.withConnection(to: "edge1") { $0.name }
            #expect(name == "edge1")
            #expect(connector.noted.count { $0 == "opened edge1" } == 1)
            #expect(connector.noted.contains("closed edge1"))
            #expect(!connector.noted.contains("closed edge2"))
        }
        #expect(connector.noted.contains("closed edge2"), "nobody had asked for it")
    }

    @Test("A connection ends with the failure of what was done over it")
    func failing() async throws {
        struct Failure: Error {}
        let connector = NotingConnector("edge1")
        try await EarlyConnections.withConnections(to: ["edge1"], by: connector) { early in
            await #expect(throws: Failure.self) {
                try await early.withConnection(to: "edge1") { _ in throw Failure() }
            }
            #expect(connector.noted == ["opened edge1", "closed edge1"])
        }
    }

    @Test("A host that cannot be reached is told of when it is asked for")
    func unreachable() async throws {
        let refusal = RemoteHostError(.unreachable, "nobody listens there")
        let connector = NotingConnector(errors: ["edge1": refusal])
        try await EarlyConnections.withConnections(to: ["edge1"], by: connector) { early in
            await connector.isNoted("closed edge1")
            await #expect(throws: refusal) { try await early.withConnection(to: "edge1") { _ in } }
        }
    }

    @Test("Other hosts are connected to when they are asked for")
    func others() async throws {
        let connector = NotingConnector("edge1", "edge2")
        try await EarlyConnections.withConnections(to: ["edge1"], by: connector) { early in
            await connector.isNoted("opened edge1")
            #expect(connector.noted == ["opened edge1"])
            let name = try await early.withConnection(to: "edge2") { $0.name }
            #expect(name == "edge2")
        }
    }
}
