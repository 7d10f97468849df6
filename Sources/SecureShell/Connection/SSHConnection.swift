import NIOCore
package import RemoteHost

/// One open connection to a host: the async face of the handler on its event loop.
///
/// Commands may run at the same time, each on a channel of its own. A command that runs out of time or is cancelled
/// takes the connection with it: there is no way to take it back.
package final class SSHConnection: Sendable {
    package let name: String
    /// How long it took to make it, and where it led.
    package let times: ConnectionTimes
    private let link: SSHLink
    private let closeLimit: Duration
    private let onCommand: @Sendable () -> Void

    /// Takes over a connection that is logged in.
    ///
    /// - Parameter onCommand: called for each command that is run.
    init(
        name: String,
        link: SSHLink,
        times: ConnectionTimes,
        closeLimit: Duration,
        onCommand: @escaping @Sendable () -> Void
    ) {
        self.name = name
        self.times = times
        self.link = link
        self.closeLimit = closeLimit
        self.onCommand = onCommand
    }

    /// Says goodbye and closes the connection; commands that still run are given up.
    package func close() async {
        await link.close(within: closeLimit)
    }
}

extension SSHConnection: RemoteHost {
    package func run(
        _ command: Command,
        onOutput: (@Sendable (OutputChunk) -> Void)?
    ) async throws(RemoteHostError) -> CommandResult {
        onCommand()
        let input = NIOLoopBoundBox.makeBoxSendingValue(
            CommandInput(bytes: command.input, isComplete: command.laterInput == nil),
            eventLoop: link.eventLoop
        )
        let result: Result<CommandResult, CallFailure>
        if let laterInput = command.laterInput {
            result = await withTaskGroup { group in
                group.addTask { await self.feed(laterInput, to: input) }
                let result = await link.run(command, input: input, onOutput: onOutput)
                group.cancelAll()
                return result
            }
        } else {
            result = await link.run(command, input: input, onOutput: onOutput)
        }
        switch result {
        case .success(let result): return result
        case .failure(.refused(let error)): throw .commandRefused(by: error)
        case .failure(.ended(let error)): throw Task.isCancelled ? .interrupted : error
        }
    }

    /// Hands a command its later input, one piece after the other, as fast as the host takes it.
    private func feed(_ pieces: AsyncStream<[UInt8]>, to input: NIOLoopBoundBox<CommandInput>) async {
        for await bytes in pieces where !bytes.isEmpty {
            await withCheckedContinuation { continuation in
                link.update(input) { $0.append(bytes) { continuation.resume() } }
            }
        }
        link.update(input) { $0.complete() }
    }
}
