/// Opens connections to hosts by their inventory names.
package protocol RemoteHostConnector: Sendable {
    /// Lends an open connection to a host, and closes it when `body` has ended, however that was.
    ///
    /// - Parameters:
    ///   - name: the host's name in the inventory.
    ///   - body: works with the host; it is not called when there is no connection.
    /// - Returns: what `body` returned.
    /// - Throws: `RemoteHostError` when there is no connection; what `body` threw otherwise.
    func withConnection<Value: Sendable>(
        to name: String,
        _ body: (any RemoteHost) async throws -> Value
    ) async throws -> Value
}
