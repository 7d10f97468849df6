import DequeModule
import NIOCore
import RemoteHost

/// The loop-bound heart of a connection: gives libssh2 the bytes that come, sends what it wants sent, and tries each
/// pending call again whenever something may have changed.
///
/// One call is in flight at a time: whatever opens channels or logs in keeps its state in the session, and goes through
/// a queue. The channels of running commands have their own state, and move side by side.
final class SSHChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let session: SessionHandle
    private var calls = Deque<QueuedCall>()
    private var commands: [RunningCommand] = []
    /// The last command that has ended: by its channel the host is heard, and answered, while nothing runs.
    private var listener: RunningCommand?
    private var context: ChannelHandlerContext?
    private var ending: (error: RemoteHostError, culprit: OperationID?)?
    private var scratch = ByteBuffer()

    /// A call that waits for its turn or for bytes.
    private struct QueuedCall {
        var operation: Operation
        /// Tries once; whether the call is over.
        var attempt: (SessionHandle) -> Bool
    }

    /// Makes a handler with a session of its own.
    init(preparing prepare: (SessionHandle) throws(LibSSH2Error) -> Void) throws(LibSSH2Error) {
        session = try SessionHandle(transport: TransportBuffer())
        try prepare(session)
    }

    // MARK: What the connection says

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(because: .closedByHost)
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        session.transport.receive(unwrapInboundIn(data))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        pump()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { pump() }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        // What came before the end may hold whole results.
        pump()
        end(because: .closedByHost)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        pump()
        end(because: .closedByHost)
    }

    // MARK: What the connection is asked for

    /// What the host is, as far as it has said: for messages about a handshake that came to nothing.
    var peer: HandshakePeer {
        HandshakePeer(banner: session.banner, firstBytes: session.transport.firstBytes)
    }

    /// Makes a call on the session when its turn comes.
    ///
    /// - Parameters:
    ///   - id: who asks.
    ///   - limit: how long it may take, waiting for its turn included.
    ///   - expired: what to say when that has passed.
    ///   - attempt: one try at the call.
    ///   - complete: given the result, once.
    func call<Value>(
        _ id: OperationID,
        within limit: Duration,
        expired: @escaping () -> RemoteHostError,
        attempt: @escaping (SessionHandle) -> Attempt<Value>,
        complete: @escaping (Result<Value, CallFailure>) -> Void
    ) {
        let operation = Operation(id: id) { complete(.failure(.ended($0))) }
        enqueue(operation, within: limit, expired: expired) { session in
            switch attempt(session) {
            case .wouldBlock: return false
            case .done(let value):
                operation.finish()
                complete(.success(value))
            case .failed(let error):
                operation.finish()
                complete(.failure(.refused(error)))
            }
            return true
        }
    }

    /// Runs a command to its end, with its input from `input` alone.
    func run(
        _ command: Command,
        input: CommandInput,
        id: OperationID,
        onOutput: (@Sendable (OutputChunk) -> Void)?,
        expired: @escaping () -> RemoteHostError,
        complete: @escaping (Result<CommandResult, CallFailure>) -> Void
    ) {
        let complete = { (result: Result<CommandResult, CallFailure>) in
            input.close()
            complete(result)
        }
        let operation = Operation(id: id) { complete(.failure(.ended($0))) }
        var running: RunningCommand?
        enqueue(operation, within: command.deadline, expired: expired) { [weak self] session in
            let attempt: Attempt<Void>
            if let running {
                attempt = running.start(command.line)
            } else {
                switch session.openChannel() {
                case .wouldBlock: return false
                case .failed(let error): attempt = .failed(error)
                case .done(let channel):
                    let opened = RunningCommand(
                        channel: channel,
                        input: input,
                        operation: operation,
                        onOutput: onOutput,
                        complete: { complete(.success($0)) }
                    )
                    running = opened
                    attempt = opened.start(command.line)
                }
            }
            switch attempt {
            case .wouldBlock: return false
            case .done:
                if let running { self?.commands.append(running) }
            case .failed(let error):
                operation.finish()
                complete(.failure(.refused(error)))
            }
            return true
        }
    }

    /// Goes on after a command's input has grown.
    func inputHasGrown() {
        pump()
    }

    /// Ends the connection at once: whoever waits gets the error, and the socket is closed without a word.
    ///
    /// - Parameters:
    ///   - error: why.
    ///   - culprit: the operation that is at fault; the others only hear that the connection was closed.
    func end(because error: RemoteHostError, culprit: OperationID? = nil) {
        guard ending == nil else { return }
        abandonAll(because: error, culprit: culprit)
        context?.close(promise: nil)
    }

    /// Says goodbye and closes the socket when that is sent, or when the time is over.
    func disconnect(within limit: Duration) {
        guard ending == nil, let context else { return }
        // It can only wait for a key exchange, and then the goodbye is not worth it.
        _ = session.disconnect()
        let farewell = session.transport.takeOutbound()
        abandonAll(because: .closedByUs, culprit: nil)
        guard let farewell else { return context.close(promise: nil) }
        let channel = context.channel
        let patience = context.eventLoop.scheduleTask(in: TimeAmount(limit)) { channel.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(farewell)).whenComplete { _ in
            patience.cancel()
            channel.close(promise: nil)
        }
    }

    private func abandonAll(because error: RemoteHostError, culprit: OperationID?) {
        ending = (error, culprit)
        session.transport.close()
        let operations = calls.map(\.operation) + commands.map(\.operation)
        calls = []
        commands = []
        listener = nil
        for operation in operations { operation.abandon(because: reason(for: operation.id)) }
    }

    // MARK: The pump

    private func enqueue(
        _ operation: Operation,
        within limit: Duration,
        expired: @escaping () -> RemoteHostError,
        attempt: @escaping (SessionHandle) -> Bool
    ) {
        guard ending == nil, let context else { return operation.abandon(because: reason(for: operation.id)) }
        operation.setDeadline(limit, on: context.eventLoop) { [weak self] in
            self?.end(because: expired(), culprit: operation.id)
        }
        calls.append(QueuedCall(operation: operation, attempt: attempt))
        pump()
    }

    private func pump() {
        guard let context else { return }
        while ending == nil, advance(mayWrite: context.channel.isWritable) {}
        // A host that asks whether anybody is there ends the connection when it gets no answer.
        if ending == nil, calls.isEmpty, commands.isEmpty, let failure = listener?.listen() {
            end(because: .broken(by: failure))
        }
        if let bytes = session.transport.takeOutbound() {
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        }
    }

    /// Tries everything once; whether anything moved.
    private func advance(mayWrite: Bool) -> Bool {
        var moved = false
        // Taken out before it runs: what it completes may queue the next one.
        if let call = calls.popFirst() {
            if call.attempt(session) {
                moved = true
            } else {
                calls.prepend(call)
            }
        }
        var failure: LibSSH2Error?
        commands.removeAll { command in
            switch command.advance(mayWrite: mayWrite, scratch: &scratch) {
            case .idle: return false
            case .moved:
                moved = true
                return false
            case .ended:
                moved = true
                listener = command.canListen ? command : nil
                return true
            case .broken(let error):
                failure = error
                return false
            }
        }
        if let failure { end(because: .broken(by: failure)) }
        return moved
    }

    private func reason(for id: OperationID) -> RemoteHostError {
        guard let ending else { return .closedByHost }
        return ending.culprit == nil || ending.culprit == id ? ending.error : .closed(becauseOf: ending.error)
    }
}
