/// A connector that has one connection already, or knows why there is none.
package struct LendingConnector: RemoteHostConnector {
    private let others: any RemoteHostConnector
    private let name: String
    private let opened: Result<any RemoteHost, RemoteHostError>

    /// Makes a connector that lends this connection to the host of that name, and asks another one for all others.
    package init(_ others: any RemoteHostConnector, _ name: String, _ opened: Result<any RemoteHost, RemoteHostError>) {
        self.others = others
        self.name = name
        self.opened = opened
    }

    package func withConnection<Value: Sendable>(
        to name: String,
        _ body: (any RemoteHost) async throws -> Value
    ) async throws -> Value {
        guard name == self.name else { return try await others.withConnection(to: name, body) }
        return try await body(opened.get())
    }
}
