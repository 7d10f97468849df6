/// What Lockstep needs from a machine: run a command there.
///
/// One value stands for one open connection. Commands of one host may run at the same time where the connection allows
/// it; each of them ends within its own deadline.
package protocol RemoteHost: Sendable {
    /// The host's name in the inventory.
    var name: String { get }

    /// Runs a command and waits for its end.
    ///
    /// - Parameters:
    ///   - command: what to run, its input and its deadline.
    ///   - onOutput: called with each piece of output as it arrives, in order; the pieces are collected in the result
    ///     all the same, unless the command says otherwise.
    /// - Returns: the way the command ended, a non-zero status included: that is a result, not an error.
    /// - Throws: `RemoteHostError` when there is no result: the connection was lost or the deadline passed.
    func run(
        _ command: Command,
        onOutput: (@Sendable (OutputChunk) -> Void)?
    ) async throws(RemoteHostError) -> CommandResult
}

extension RemoteHost {
    /// Runs a command and waits for its end, without looking at its output meanwhile.
    package func run(_ command: Command) async throws(RemoteHostError) -> CommandResult {
        try await run(command, onOutput: nil)
    }
}
