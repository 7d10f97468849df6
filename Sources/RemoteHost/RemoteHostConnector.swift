/// Opens connections to hosts by their inventory names.
package protocol RemoteHostConnector: Sendable {
    /// Connects to a host, hands the open connection to `body`, and closes it when `body` is over.
    ///
    /// - Throws: `RemoteHostError` when no connection could be made; else whatever `body` throws.
    func withConnection<Result: Sendable>(
        to name: String,
        _ body: @Sendable (any RemoteHost) async throws -> Result
    ) async throws -> Result
}
