import NIOCore
import RemoteHost

/// A TCP connection with its handler, to be used from any task.
struct SSHLink: Sendable {
    /// The connection.
    let channel: any Channel
    /// The handler; on the connection's event loop only.
    let handler: NIOLoopBound<SSHChannelHandler>

    /// Makes a call on the session, and ends the connection when the task is cancelled meanwhile.
    ///
    /// - Parameters:
    ///   - limit: how long it may take.
    ///   - expired: what to say when that has passed, given what is known of the other end.
    ///   - attempt: one try at the call.
    func call<Value: Sendable>(
        within limit: Duration,
        expired: @escaping @Sendable (HandshakePeer) -> RemoteHostError,
        attempt: @escaping @Sendable (SessionHandle) -> Attempt<Value>
    ) async -> Result<Value, CallFailure> {
        let handler = handler
        return await onLoop { id, complete in
            handler.value.call(
                id,
                within: limit,
                expired: { expired(handler.value.peer) },
                attempt: attempt,
                complete: complete
            )
        }
    }

    /// Runs a command, and ends the connection when the task is cancelled meanwhile.
    func run(
        _ command: Command,
        input: NIOLoopBoundBox<CommandInput>,
        onOutput: (@Sendable (OutputChunk) -> Void)?
    ) async -> Result<CommandResult, CallFailure> {
        let handler = handler
        return await onLoop { id, complete in
            handler.value.run(
                command,
                input: input.value,
                id: id,
                onOutput: onOutput,
                expired: { .commandTimedOut(after: command.deadline) },
                complete: complete
            )
        }
    }

    /// What is at the other end, as far as it has said.
    func peer() async -> HandshakePeer {
        let handler = handler
        return await withCheckedContinuation { continuation in
            channel.eventLoop.execute { continuation.resume(returning: handler.value.peer) }
        }
    }

    /// Changes a command's input, and goes on with it.
    func update(_ input: NIOLoopBoundBox<CommandInput>, _ change: @escaping @Sendable (CommandInput) -> Void) {
        let handler = handler
        channel.eventLoop.execute {
            change(input.value)
            handler.value.inputHasGrown()
        }
    }

    /// Says goodbye and closes the connection; whatever still runs on it is given up.
    func close(within limit: Duration) async {
        let handler = handler
        channel.eventLoop.execute { handler.value.disconnect(within: limit) }
        // It never fails: a connection is closed in the end, by the goodbye or by its deadline.
        try? await channel.closeFuture.get()
    }

    private func onLoop<Value: Sendable>(
        _ start: @escaping @Sendable (OperationID, @escaping (Result<Value, CallFailure>) -> Void) -> Void
    ) async -> Result<Value, CallFailure> {
        let id = OperationID()
        let handler = handler
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                channel.eventLoop.execute { start(id) { continuation.resume(returning: $0) } }
            }
        } onCancel: {
            channel.eventLoop.execute { handler.value.end(because: .interrupted, culprit: id) }
        }
    }
}
