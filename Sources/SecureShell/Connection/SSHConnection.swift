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
            CommandInput(of: command),
            eventLoop: link.eventLoop
        )
        let result = await withTaskGroup { group in
            if let laterInput = command.laterInput {
                group.addTask { await self.feed(laterInput, to: input) }
            }
            // All other input has an end, and with it a shell that is waited for in vain.
            if let opening = command.opening, opening.holdsScript || command.laterInput != nil {
                group.addTask { await self.losePatience(with: input) }
            }
            let result = await link.run(command, input: input, onOutput: onOutput)
            group.cancelAll()
            return result
        }
        switch result {
        case .success(let result): return result
        case .failure(.refused(let error)):
            throw command.usesTerminal && error.code == .requestRefused ? .noTerminal : .commandRefused(by: error)
        case .failure(.ended(let error)): throw Task.isCancelled ? .interrupted : error
        }
    }

    /// Ends the waiting for a shell that does not come.
    private func losePatience(with input: NIOLoopBoundBox<CommandInput>) async {
        guard (try? await Task.sleep(for: ShellOpening.patience)) != nil else { return }
        link.update(input) { $0.losePatience() }
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
