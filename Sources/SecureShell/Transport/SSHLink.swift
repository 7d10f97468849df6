import NIOCore
import RemoteHost

/// A session with the wire that carries it, to be used from any task.
struct SSHLink: Sendable {
    /// The session; on its event loop only.
    let session: NIOLoopBound<SSHSession>
    /// The event loop of both.
    let eventLoop: any EventLoop
    /// Done when the wire is closed.
    let closeFuture: EventLoopFuture<Void>
    /// The IP address of the host at the other end; none behind a jump host.
    let remoteAddress: String?

    /// A link over a TCP connection.
    init(channel: any Channel, session: NIOLoopBound<SSHSession>) {
        self.session = session
        eventLoop = channel.eventLoop
        closeFuture = channel.closeFuture
        remoteAddress = channel.remoteAddress?.ipAddress
    }

    /// A link through another host.
    init(tunnel: TunnelWire, session: SSHSession) {
        self.session = NIOLoopBound(session, eventLoop: tunnel.eventLoop)
        eventLoop = tunnel.eventLoop
        closeFuture = tunnel.closeFuture
        remoteAddress = nil
    }

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
        let session = session
        return await onLoop { id, complete in
            session.value.call(
                id,
                within: limit,
                expired: { expired(session.value.peer) },
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
        let session = session
        return await onLoop { id, complete in
            session.value.run(
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
        let session = session
        return await withCheckedContinuation { continuation in
            eventLoop.execute { continuation.resume(returning: session.value.peer) }
        }
    }

    /// Changes a command's input, and goes on with it.
    func update(_ input: NIOLoopBoundBox<CommandInput>, _ change: @escaping @Sendable (CommandInput) -> Void) {
        let session = session
        eventLoop.execute {
            change(input.value)
            session.value.inputHasGrown()
        }
    }

    /// Opens a link to another host, through this one.
    ///
    /// - Parameters:
    ///   - limit: how long it may take; what comes after is dropped, and this link stays as it is.
    ///   - expired: what to say when that has passed.
    ///   - prepare: sets up the other host's session.
    ///   - settled: told when the next one can be opened, which can be long after the limit.
    func openTunnel(
        to address: String,
        port: Int,
        within limit: Duration,
        expired: @escaping @Sendable () -> RemoteHostError,
        preparing prepare: @escaping TCPConnector.Preparation,
        settled: @escaping @Sendable () -> Void
    ) async -> Result<SSHLink, CallFailure> {
        let session = session
        return await withCheckedContinuation { continuation in
            eventLoop.execute {
                do throws(LibSSH2Error) {
                    let inner = try SSHSession(preparing: prepare)
                    session.value.openTunnel(
                        to: address,
                        port: port,
                        for: inner,
                        within: limit,
                        expired: expired,
                        settled: settled,
                        complete: { result in
                            continuation.resume(returning: result.map { SSHLink(tunnel: $0, session: inner) })
                        }
                    )
                } catch {
                    settled()
                    continuation.resume(returning: .failure(.refused(error)))
                }
            }
        }
    }

    /// Asks the host from now on whether it is there, whenever nothing was heard of it for so long, and drops it after
    /// so many questions without an answer.
    func keepAlive(every interval: Duration, atMost limit: Int) {
        let session = session
        eventLoop.execute { session.value.keepAlive(every: interval, atMost: limit) }
    }

    /// Closes the connection at once, without a word.
    func drop() {
        let session = session
        eventLoop.execute { session.value.end(because: .closedByUs) }
    }

    /// Says goodbye and closes the connection; whatever still runs on it is given up.
    func close(within limit: Duration) async {
        let session = session
        eventLoop.execute { session.value.disconnect(within: limit) }
        // It never fails: a connection is closed in the end, by the goodbye or by its deadline.
        try? await closeFuture.get()
    }

    private func onLoop<Value: Sendable>(
        _ start: @escaping @Sendable (OperationID, @escaping (Result<Value, CallFailure>) -> Void) -> Void
    ) async -> Result<Value, CallFailure> {
        let id = OperationID()
        let session = session
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                eventLoop.execute { start(id) { continuation.resume(returning: $0) } }
            }
        } onCancel: {
            eventLoop.execute { session.value.end(because: .interrupted, culprit: id) }
        }
    }
}
