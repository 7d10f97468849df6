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
    /// Finds the addresses of a name.
    var lookup: NameLookup

    /// Sets up the session of each connection that is tried.
    typealias Preparation = @Sendable (SessionHandle) throws(LibSSH2Error) -> Void

    /// Connects, with a session that misses nothing of what the host says first. Of several addresses, the first that
    /// answers is taken: the next is tried after a quarter of a second, while the one before may still answer.
    ///
    /// - Parameters:
    ///   - prepare: sets up the session of each connection that is tried.
    ///   - times: notes how long what took, and which address answered.
    func connect(
        preparing prepare: @escaping Preparation,
        times: inout ConnectionTimes
    ) async throws(RemoteHostError) -> SSHLink {
        let start = ContinuousClock.now
        var addresses: [SocketAddress] = []
        if let address = try? SocketAddress(ipAddress: destination.address, port: destination.port) {
            addresses = [address]
        } else {
            addresses = try await lookup.addresses(of: destination.address, port: destination.port, within: limit)
            times.lookup = ContinuousClock.now - start
        }
        let connectStart = ContinuousClock.now
        let sessions = StartedSessions()
        let answer = OneAnswer<SSHLink> { $0.drop() }
        let bootstrap = bootstrap(within: limit - (connectStart - start), preparing: prepare, noting: sessions)
        let result = await answer.wait {
            connect(bootstrap, to: addresses)
                .flatMapThrowing { channel in
                    guard let session = sessions.session(of: channel) else { throw ChannelError.ioOnClosedChannel }
                    return SSHLink(channel: channel, session: session)
                }
                .whenComplete { answer.answer($0) }
        }
        times.connect = ContinuousClock.now - connectStart
        switch result {
        case .success(let link):
            // An address with a zone is shown as it was given: the socket's has none.
            if !destination.address.contains("%") { times.address = link.remoteAddress ?? times.address }
            return link
        case .failure(let error): throw describe(error, tried: addresses.count)
        }
    }

    private func bootstrap(
        within limit: Duration,
        preparing prepare: @escaping Preparation,
        noting sessions: StartedSessions
    ) -> ClientBootstrap {
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(limit))
            // A host that is gone is noticed within a minute, also while nobody asks it for anything.
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let session = try SSHSession(preparing: prepare)
                    sessions.note(NIOLoopBound(session, eventLoop: channel.eventLoop), of: channel)
                    try channel.pipeline.syncOperations.addHandler(TCPWire(channel, session: session))
                }
            }
        #if os(Linux)
            for (name, seconds) in [(TCP_KEEPIDLE, 15), (TCP_KEEPINTVL, 10), (TCP_KEEPCNT, 3)] {
                bootstrap = bootstrap.channelOption(.tcpOption(.init(rawValue: name)), value: seconds)
            }
        #endif
        return bootstrap
    }

    private func connect(_ bootstrap: ClientBootstrap, to addresses: [SocketAddress]) -> EventLoopFuture<any Channel> {
        if addresses.count == 1 { return bootstrap.connect(to: addresses[0]) }
        let resolver = KnownAddresses(addresses, on: MultiThreadedEventLoopGroup.singleton.next())
        return bootstrap.resolver(resolver).connect(host: destination.address, port: destination.port)
    }

    // MARK: Errors

    private func describe(_ error: any Error, tried count: Int) -> RemoteHostError {
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
            if error.connectionErrors.isEmpty { return describe(ChannelError.connectTimeout(.zero), tried: count) }
            var first = describe(error.connectionErrors[0].error, tried: count)
            if count > 1 { first.message += ", at none of its \(count) addresses" }
            return first
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

/// The sessions of the connections that are tried: the pipeline has forgotten its own when the host closes at once.
private final class StartedSessions: Sendable {
    private let sessions = Mutex<[ObjectIdentifier: NIOLoopBound<SSHSession>]>([:])

    /// Notes a connection's session.
    func note(_ session: NIOLoopBound<SSHSession>, of channel: any Channel) {
        sessions.withLock { $0[ObjectIdentifier(channel)] = session }
    }

    /// The session that was noted for a connection.
    func session(of channel: any Channel) -> NIOLoopBound<SSHSession>? {
        sessions.withLock { $0[ObjectIdentifier(channel)] }
    }
}

/// Addresses that were looked up before, for NIO, which tries them as RFC 8305 says.
private struct KnownAddresses: Resolver {
    private let four: EventLoopFuture<[SocketAddress]>
    private let six: EventLoopFuture<[SocketAddress]>

    init(_ addresses: [SocketAddress], on eventLoop: any EventLoop) {
        four = eventLoop.makeSucceededFuture(addresses.filter { $0.protocol == .inet })
        six = eventLoop.makeSucceededFuture(addresses.filter { $0.protocol == .inet6 })
    }

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> { four }
    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> { six }
    func cancelQueries() {}
}
