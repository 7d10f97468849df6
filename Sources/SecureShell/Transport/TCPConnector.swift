import NIOCore
import NIOPosix
import RemoteHost
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Makes the TCP connection under a session.
struct TCPConnector: Sendable {
    /// Where to.
    var destination: SSHDestination
    /// How long it may take, the look-up of the name included.
    var limit: Duration

    /// Connects, with a handler that misses nothing of what the host says first.
    ///
    /// - Parameter prepare: sets up the session of each handler that is tried; a name may have many addresses.
    func connect(
        preparing prepare: @escaping @Sendable (SessionHandle) throws(LibSSH2Error) -> Void
    ) async throws(RemoteHostError) -> SSHLink {
        let handover = Handover()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard handover.begin(continuation) else { return }
                start(preparing: prepare, for: handover).whenComplete { handover.finish($0) }
            }
        } onCancel: {
            handover.cancel()
        }
        switch result {
        case .success(let link): return link
        case .failure(let error): throw describe(error)
        }
    }

    private func start(
        preparing prepare: @escaping @Sendable (SessionHandle) throws(LibSSH2Error) -> Void,
        for handover: Handover
    ) -> EventLoopFuture<SSHLink> {
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(limit))
            // A host that is gone is noticed within a minute, also by a command that only waits.
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = try SSHChannelHandler(preparing: prepare)
                    try channel.pipeline.syncOperations.addHandler(handler)
                    handover.note(NIOLoopBound(handler, eventLoop: channel.eventLoop), of: channel)
                }
            }
        #if os(Linux)
            for (name, seconds) in [(TCP_KEEPIDLE, 15), (TCP_KEEPINTVL, 10), (TCP_KEEPCNT, 3)] {
                bootstrap = bootstrap.channelOption(.tcpOption(.init(rawValue: name)), value: seconds)
            }
        #endif
        let connected =
            if let address = try? SocketAddress(ipAddress: destination.address, port: destination.port) {
                bootstrap.connect(to: address)
            } else {
                bootstrap.connect(host: destination.address, port: destination.port)
            }
        return connected.flatMapThrowing { channel in
            guard let handler = handover.handler(of: channel) else { throw ChannelError.ioOnClosedChannel }
            return SSHLink(channel: channel, handler: handler)
        }
    }

    // MARK: Errors

    private func describe(_ error: any Error) -> RemoteHostError {
        switch error {
        case is CancellationError: return .interrupted
        case let error as LibSSH2Error: return RemoteHostError(.unreachable, error.message)
        case let error as IOError: return describe(Int32(error.errnoCode))
        case ChannelError.connectTimeout:
            return RemoteHostError(
                .timedOut,
                "no answer from \(destination.endpoint) within \(limit.spelledOut)",
                hint: "is the host up, and does no firewall drop connections to that port?"
            )
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return describe(first.error) }
            return RemoteHostError(
                .unreachable,
                "the name \(destination.address) cannot be resolved",
                hint: "look for a typing error, or give the host's IP address"
            )
        default: return RemoteHostError(.unreachable, "cannot connect to \(destination.endpoint): \(error)")
        }
    }

    private func describe(_ code: Int32) -> RemoteHostError {
        switch code {
        case ECONNREFUSED:
            RemoteHostError(
                .unreachable,
                "connection refused by \(destination.endpoint)",
                hint: "does sshd run there, and listen on that port?"
            )
        case EHOSTUNREACH, ENETUNREACH:
            RemoteHostError(.unreachable, "there is no route to \(destination.endpoint)")
        case ETIMEDOUT: RemoteHostError(.timedOut, "no answer from \(destination.endpoint)")
        case EMFILE, ENFILE:
            RemoteHostError(
                .unreachable,
                "cannot connect to \(destination.endpoint): too many open files",
                hint: "allow more (ulimit -n), or work on fewer hosts at a time"
            )
        default:
            RemoteHostError(.unreachable, "cannot connect to \(destination.endpoint): \(Errno(rawValue: code))")
        }
    }
}

/// Passes a new connection on to the task that waits for it, or closes it when that task has been cancelled.
private final class Handover: Sendable {
    private let state = Mutex(State())

    private struct State {
        var isCancelled = false
        var handlers: [ObjectIdentifier: NIOLoopBound<SSHChannelHandler>] = [:]
        var waiting: CheckedContinuation<Result<SSHLink, any Error>, Never>?
    }

    /// Notes a connection's handler: the pipeline has forgotten it when the host closes at once.
    func note(_ handler: NIOLoopBound<SSHChannelHandler>, of channel: any Channel) {
        state.withLock { $0.handlers[ObjectIdentifier(channel)] = handler }
    }

    /// The handler that was noted for a connection.
    func handler(of channel: any Channel) -> NIOLoopBound<SSHChannelHandler>? {
        state.withLock { $0.handlers[ObjectIdentifier(channel)] }
    }

    /// Notes who waits; `false` when it was cancelled before, and has been told so.
    func begin(_ continuation: CheckedContinuation<Result<SSHLink, any Error>, Never>) -> Bool {
        let isCancelled = state.withLock { state in
            if !state.isCancelled { state.waiting = continuation }
            return state.isCancelled
        }
        if isCancelled { continuation.resume(returning: .failure(CancellationError())) }
        return !isCancelled
    }

    /// Gives the result to whoever waits.
    func finish(_ result: Result<SSHLink, any Error>) {
        if let waiting = state.withLock({ $0.waiting.take() }) {
            waiting.resume(returning: result)
        } else if case .success(let link) = result {
            link.channel.close(promise: nil)
        }
    }

    /// Lets the waiting task go; a name look-up cannot be stopped, and is not waited for.
    func cancel() {
        let waiting = state.withLock { state in
            state.isCancelled = true
            return state.waiting.take()
        }
        waiting?.resume(returning: .failure(CancellationError()))
    }
}
