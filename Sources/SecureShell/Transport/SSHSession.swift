import DequeModule
import NIOCore
import RemoteHost

/// The loop-bound heart of a connection: gives libssh2 the bytes that come, sends what it wants sent, and tries each
/// pending call again whenever something may have changed.
///
/// One call is in flight at a time: whatever opens channels or logs in keeps its state in the libssh2 session, and goes
/// through a queue. Open channels have their own state, and move side by side.
final class SSHSession {
    private let handle: SessionHandle
    private var calls = Deque<QueuedCall>()
    private var activities: [any ChannelActivity] = []
    /// The last activity that has ended: by its channel the host is heard, and answered, while nothing goes on.
    private var listener: (any ChannelActivity)?
    private var wire: (any Wire)?
    private var ending: (error: RemoteHostError, culprit: OperationID?)?
    private var scratch = ByteBuffer()
    private var keepalive: Keepalive?
    private var isPumping = false
    private var mustPumpAgain = false

    /// A call that waits for its turn or for bytes.
    private struct QueuedCall {
        var operation: Operation
        /// Tries once; whether the call is over.
        var attempt: (SessionHandle) -> Bool
    }

    /// Makes a session that has not said anything yet.
    init(preparing prepare: (SessionHandle) throws(LibSSH2Error) -> Void) throws(LibSSH2Error) {
        handle = try SessionHandle(transport: TransportBuffer())
        try prepare(handle)
    }

    // MARK: What the wire says

    /// Takes the wire that carries it from now on.
    func attach(to wire: any Wire) {
        self.wire = wire
    }

    /// Takes bytes from the host; `wireChanged` follows when there are no more for the moment.
    func wireReceived(_ bytes: ByteBuffer) {
        handle.transport.receive(bytes)
    }

    /// Goes on: there are bytes, or room for some.
    func wireChanged() {
        pump()
    }

    /// Hears that the wire is gone.
    func wireEnded() {
        // What came before the end may hold whole results.
        pump()
        end(because: .closedByHost)
    }

    // MARK: What the session is asked for

    /// What the host is, as far as it has said: for messages about a handshake that came to nothing.
    var peer: HandshakePeer {
        HandshakePeer(banner: handle.banner, firstBytes: handle.transport.firstBytes, goodbye: handle.transport.goodbye)
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
        let expire = endConnection(for: operation, because: expired)
        enqueue(operation, within: limit, onExpiry: expire) { [weak self] handle in
            switch attempt(handle) {
            case .wouldBlock: return false
            case .done(let value):
                operation.finish()
                complete(.success(value))
            case .failed(let error):
                // A call that fails because the host has gone says much, but not that.
                if let goodbye = handle.transport.goodbye {
                    self?.end(because: .closed(saying: goodbye))
                    operation.abandon(because: .closed(saying: goodbye))
                } else {
                    operation.finish()
                    complete(.failure(.refused(error)))
                }
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
            if case .success(let value) = result, let failure = input.failure(of: value) {
                complete(.failure(.ended(failure)))
            } else {
                complete(result)
            }
        }
        let operation = Operation(id: id) { complete(.failure(.ended($0))) }
        var running: RunningCommand?
        let expire = endConnection(for: operation, because: expired)
        enqueue(operation, within: command.deadline, onExpiry: expire) { [weak self] handle in
            let attempt: Attempt<Void>
            if let running {
                attempt = running.start(command.line)
            } else {
                switch handle.openChannel() {
                case .wouldBlock: return false
                case .failed(let error): attempt = .failed(error)
                case .done(let channel):
                    let opened = RunningCommand(
                        channel: channel,
                        usesTerminal: command.usesTerminal,
                        input: input,
                        operation: operation,
                        collectsOutput: command.collectsOutput,
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
                if let running { self?.activities.append(running) }
            case .failed(let error):
                operation.finish()
                complete(.failure(.refused(error)))
            }
            return true
        }
    }

    /// Opens a tunnel through the host.
    ///
    /// A host that is silent for too long makes the opening fail, but not the session, on which others may rely: the
    /// call stays in the queue, where it blocks other openings, until the host has answered it.
    ///
    /// - Parameters:
    ///   - inner: the session that the tunnel is to carry.
    ///   - limit: how long it may take.
    ///   - expired: what to say when that has passed.
    ///   - settled: told when the session can open another one.
    ///   - complete: given the tunnel, or why there is none, once.
    func openTunnel(
        to address: String,
        port: Int,
        for inner: SSHSession,
        within limit: Duration,
        expired: @escaping () -> RemoteHostError,
        settled: @escaping () -> Void,
        complete: @escaping (Result<TunnelWire, CallFailure>) -> Void
    ) {
        var complete: ((Result<TunnelWire, CallFailure>) -> Void)? = complete
        let finish = { (result: Result<TunnelWire, CallFailure>) in complete.take()?(result) }
        let operation = Operation(id: OperationID()) { finish(.failure(.ended($0))) }
        let expire = { operation.abandon(because: expired()) }
        enqueue(operation, within: limit, onExpiry: expire) { [weak self] handle in
            switch handle.openTunnel(to: address, port: port) {
            case .wouldBlock: return false
            case .failed(let error):
                operation.finish()
                finish(.failure(.refused(error)))
            case .done(let channel):
                operation.finish()
                // Nobody waits for it any more: the channel goes at once.
                guard complete != nil, let self, let wire else { break }
                let tunnel = TunnelWire(channel: channel, inner: inner, outer: self, eventLoop: wire.eventLoop)
                activities.append(tunnel)
                inner.attach(to: tunnel)
                finish(.success(tunnel))
            }
            settled()
            return true
        }
    }

    /// Goes on after a command's input has grown.
    func inputHasGrown() {
        pump()
    }

    /// Asks the host from now on whether it is there, whenever nothing was heard of it for so long; a host that does not
    /// answer so many times in a row is gone.
    func keepAlive(every interval: Duration, atMost limit: Int) {
        guard ending == nil, let wire else { return }
        keepalive = Keepalive(of: handle, every: interval, atMost: limit, on: wire.eventLoop) { [weak self] question in
            switch question {
            case .asked: self?.pump()
            case .unanswered(let silence): self?.end(because: .silent(for: silence))
            }
        }
    }

    /// Ends the connection at once: whoever waits gets the error, and the wire is closed without a word.
    ///
    /// - Parameters:
    ///   - error: why.
    ///   - culprit: the operation that is at fault; the others only hear that the connection was closed.
    func end(because error: RemoteHostError, culprit: OperationID? = nil) {
        guard ending == nil else { return }
        let wire = wire
        abandonAll(because: error, culprit: culprit)
        wire?.close()
    }

    /// Says goodbye and closes the wire when that is sent, or when the time is over.
    func disconnect(within limit: Duration) {
        guard ending == nil, let wire else { return }
        // It can only wait for a key exchange, and then the goodbye is not worth it.
        _ = handle.disconnect()
        let farewell = handle.transport.takeOutbound()
        abandonAll(because: .closedByUs, culprit: nil)
        if let farewell { wire.close(after: farewell, within: limit) } else { wire.close() }
    }

    private func abandonAll(because error: RemoteHostError, culprit: OperationID?) {
        ending = (error, culprit)
        handle.transport.close()
        let operations = calls.map(\.operation) + activities.map(\.operation)
        calls = []
        activities = []
        listener = nil
        keepalive = nil
        wire = nil
        for operation in operations { operation.abandon(because: reason(for: operation.id)) }
    }

    /// What happens to most operations that run out of time: there is no way to take them back, so the connection goes.
    private func endConnection(
        for operation: Operation,
        because expired: @escaping () -> RemoteHostError
    ) -> () -> Void {
        { [weak self] in self?.end(because: expired(), culprit: operation.id) }
    }

    // MARK: The pump

    private func enqueue(
        _ operation: Operation,
        within limit: Duration,
        onExpiry expire: @escaping () -> Void,
        attempt: @escaping (SessionHandle) -> Bool
    ) {
        guard ending == nil, let wire else { return operation.abandon(because: reason(for: operation.id)) }
        operation.setDeadline(limit, on: wire.eventLoop, expire: expire)
        calls.append(QueuedCall(operation: operation, attempt: attempt))
        pump()
    }

    /// Moves everything that can be moved, and sends what has come of it.
    private func pump() {
        // A tunnel's session may ask for it while this one moves the tunnel.
        guard !isPumping else { return mustPumpAgain = true }
        isPumping = true
        defer { isPumping = false }
        repeat {
            mustPumpAgain = false
            while ending == nil, let wire, advance(mayWrite: wire.isWritable) {}
            // A host that asks whether anybody is there ends the connection when it gets no answer.
            if ending == nil, calls.isEmpty, activities.isEmpty, let failure = listener?.listen() {
                end(because: .broken(by: failure))
            }
            if let bytes = handle.transport.takeOutbound() { wire?.send(bytes) }
        } while mustPumpAgain
    }

    /// Tries everything once; whether anything moved.
    private func advance(mayWrite: Bool) -> Bool {
        var moved = false
        // Taken out before it runs: what it completes may queue the next one.
        if let call = calls.popFirst() {
            if call.attempt(handle) {
                moved = true
            } else {
                calls.prepend(call)
            }
        }
        for activity in activities where ending == nil {
            switch activity.advance(mayWrite: mayWrite, scratch: &scratch) {
            case .idle: break
            case .moved: moved = true
            case .ended:
                moved = true
                listener = activity.canListen ? activity : nil
                activities.removeAll { $0 === activity }
            case .broken(let error):
                end(because: handle.transport.goodbye.map(RemoteHostError.closed(saying:)) ?? .broken(by: error))
            }
        }
        return moved
    }

    private func reason(for id: OperationID) -> RemoteHostError {
        guard let ending else { return .closedByHost }
        return ending.culprit == nil || ending.culprit == id ? ending.error : .closed(becauseOf: ending.error)
    }
}
