package import RemoteHost

/// Connections that are opened before anybody asks for them, so that a run finds them there when it is planned.
///
/// Each is lent once, and closed when that is over, as a connection is that is opened when it is asked for.
package struct EarlyConnections: RemoteHostConnector {
    private let others: any RemoteHostConnector
    private let visits: [String: Visit]

    /// What the task that holds a connection and the one that works with it tell each other.
    private struct Visit: Sendable {
        let opened = OneShot<Result<any RemoteHost, any Error>>()
        let isOver = OneShot<Void>()
        let isClosed = OneShot<Void>()
    }

    /// Begins to connect to hosts, and runs `body` meanwhile with a connector that has their connections.
    ///
    /// - Parameters:
    ///   - names: the hosts, no more than may be worked on at the same time.
    ///   - connector: opens the connections, also those to other hosts.
    ///   - body: what the connections are for; those that it has not asked for are closed when it ends.
    package static func withConnections<Value: Sendable>(
        to names: [String],
        by connector: any RemoteHostConnector,
        _ body: (EarlyConnections) async throws -> Value
    ) async throws -> Value {
        let early = EarlyConnections(connector, names)
        return try await withThrowingTaskGroup { group in
            for visit in early.visits {
                group.addTask { await early.hold(visit.value, to: visit.key) }
            }
            defer {
                group.cancelAll()
                for visit in early.visits.values { visit.isOver.settle(()) }
            }
            return try await body(early)
        }
    }

    private init(_ others: any RemoteHostConnector, _ names: [String]) {
        self.others = others
        visits = Dictionary(names.map { ($0, Visit()) }) { first, _ in first }
    }

    package func withConnection<Value: Sendable>(
        to name: String,
        _ body: (any RemoteHost) async throws -> Value
    ) async throws -> Value {
        guard let visit = visits[name] else { return try await others.withConnection(to: name, body) }
        let remote = try await visit.opened.value.get()
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(remote))
        } catch {
            result = .failure(error)
        }
        visit.isOver.settle(())
        await visit.isClosed.value
        return try result.get()
    }

    private func hold(_ visit: Visit, to name: String) async {
        do {
            try await others.withConnection(to: name) { remote in
                visit.opened.settle(.success(remote))
                await visit.isOver.value
            }
        } catch {
            visit.opened.settle(.failure(error))
        }
        visit.isClosed.settle(())
    }
}
