import NIOCore
import NIOPosix
import Synchronization

/// A TCP proxy on a free port of the loopback that stands before a real server and makes the network's faults.
package struct FaultProxy: Sendable {
    /// The address it listens on.
    package let address: String
    /// The port it listens on.
    package let port: Int
    private let links: Links

    /// What it does to every connection, from its beginning.
    package enum Fault: Sendable {
        /// Nothing, until it is told to.
        case none
        /// Nobody listens.
        case refuses
        /// Nobody answers a new connection: the queue of those to accept is full.
        case unanswered
        /// It accepts and says nothing.
        case silent
        /// The server's bytes come one by one, with this time between them.
        case trickles(Duration)
        /// It speaks in the server's place: these bytes, and then nothing.
        case says([UInt8])
        /// Everything is this much late, in both directions.
        case delays(Duration)
        /// It resets the connection once the server has sent this many bytes.
        case resets(after: Int)
        /// Both ends stay open but neither hears of the other once the server has sent this many bytes.
        case vanishes(after: Int)
    }

    /// Lends a proxy before a server's port of 127.0.0.1, and closes all its connections afterwards.
    package static func with<Value>(
        _ fault: Fault,
        before server: Int,
        _ body: (FaultProxy) async throws -> Value
    ) async throws -> Value {
        // An address of its own: nobody takes a port there that is left free.
        let address = "127.83.72.\(Int.random(in: 2...254))"
        let links = Links()
        let isUnanswered = if case .unanswered = fault { true } else { false }
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: Int32(isUnanswered ? 1 : 256))
            .serverChannelOption(.autoRead, value: !isUnanswered)
            // What a proxy does not take stays with those who send it, and not in the kernel.
            .serverChannelOption(.socketOption(.so_rcvbuf), value: 1 << 14)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in
                client.eventLoop.makeCompletedFuture {
                    let link = FaultLink(fault: fault, client: client)
                    links.add(NIOLoopBound(link, eventLoop: client.eventLoop), of: client)
                    try client.pipeline.syncOperations.addHandler(link.fromClient)
                    link.open(to: server)
                }
            }
            .bind(host: address, port: 0)
            .get()
        let port = listener.localAddress?.port ?? 0
        var fillers: [any Channel] = []
        switch fault {
        case .refuses: try await listener.close()
        case .unanswered: fillers = await Self.fillQueue(address, port)
        default: break
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(FaultProxy(address: address, port: port, links: links)))
        } catch {
            result = .failure(error)
        }
        for filler in fillers { try? await filler.close() }
        try? await listener.close()
        await links.closeAll()
        return try result.get()
    }

    /// Resets every connection there is: both ends are told that the other one knows of none.
    package func reset() async {
        await links.forEach { $0.reset() }
    }

    /// Forwards nothing from now on, of any connection there is, and closes none: the peer has vanished.
    package func vanish() async {
        await links.forEach { $0.vanish() }
    }

    /// How many connections there were.
    package var connections: Int { links.count }

    /// The kernel completes as many connections as the queue holds, and leaves all later ones unanswered.
    private static func fillQueue(_ address: String, _ port: Int) async -> [any Channel] {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(.milliseconds(300))
        var fillers: [any Channel] = []
        for filler in (0..<8).map({ _ in bootstrap.connect(host: address, port: port) }) {
            if let channel = try? await filler.get() { fillers.append(channel) }
        }
        return fillers
    }

    /// The connections of a proxy that are not closed yet; each belongs to its own event loop.
    fileprivate final class Links: Sendable {
        private struct State {
            var open: [ObjectIdentifier: (channel: any Channel, link: NIOLoopBound<FaultLink>)] = [:]
            var count = 0
        }

        private let state = Mutex(State())

        /// How many there were.
        var count: Int { state.withLock(\.count) }

        func add(_ link: NIOLoopBound<FaultLink>, of channel: any Channel) {
            let id = ObjectIdentifier(channel)
            state.withLock { state in
                state.open[id] = (channel, link)
                state.count += 1
            }
            channel.closeFuture.whenComplete { [weak self] _ in
                self?.state.withLock { state in _ = state.open.removeValue(forKey: id) }
            }
        }

        func forEach(_ act: @escaping @Sendable (FaultLink) -> Void) async {
            for (channel, link) in state.withLock({ $0.open.values }) {
                try? await channel.eventLoop.submit { act(link.value) }.get()
            }
        }

        func closeAll() async {
            let channels = state.withLock { $0.open.values.map(\.channel) }
            await forEach { $0.close() }
            for channel in channels { try? await channel.closeFuture.get() }
        }
    }
}
