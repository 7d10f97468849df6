import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// One connection through a fault proxy: its two ends, on one event loop, and what is wrong between them.
final class FaultLink {
    /// Hears what the client says.
    let fromClient = Ear()
    private let fromServer = Ear()
    private let fault: FaultProxy.Fault
    private let client: any Channel
    private var server: (any Channel)?
    private var sentByServer = 0
    private var isCut = false
    /// What the server said and the client has not been sent yet, where it trickles.
    private var reservoir = ByteBuffer()
    private var isTrickling = false

    /// Makes a link for a client that has just come.
    init(fault: FaultProxy.Fault, client: any Channel) {
        self.fault = fault
        self.client = client
    }

    /// Tells what one end of the connection says.
    final class Ear: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        /// Called when the connection is made.
        var onOpen: (() -> Void)?
        /// Called with what was said; `nil` is the end.
        var onBytes: ((ByteBuffer?) -> Void)?

        func channelActive(context: ChannelHandlerContext) {
            onOpen?()
            onOpen = nil
            context.fireChannelActive()
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            onBytes?(unwrapInboundIn(data))
        }

        func channelInactive(context: ChannelHandlerContext) {
            onBytes?(nil)
            onBytes = nil
            context.fireChannelInactive()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }

    /// Connects to the server when the client has come, and joins both ends.
    func open(to port: Int) {
        fromClient.onOpen = { [weak self] in self?.begin(port) }
    }

    private func begin(_ port: Int) {
        switch fault {
        case .refuses, .unanswered: return
        case .silent: return listen()
        case .says(let bytes):
            client.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
            return listen()
        case .none, .trickles, .delays, .resets, .vanishes: break
        }
        fromClient.onBytes = { [weak self] in self?.clientSaid($0) }
        fromServer.onBytes = { [weak self] in self?.serverSaid($0) }
        let ear = NIOLoopBound(fromServer, eventLoop: client.eventLoop)
        let link = NIOLoopBound(self, eventLoop: client.eventLoop)
        ClientBootstrap(group: client.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ear.value)
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .whenComplete { result in
                switch result {
                case .success(let server): link.value.join(server)
                case .failure: link.value.close()
                }
            }
    }

    private func join(_ server: any Channel) {
        self.server = server
        if case .vanishes(after: 0) = fault { vanish() }
        guard client.isActive else { return server.close(promise: nil) }
        listen()
    }

    private func listen() {
        try? client.syncOptions?.setOption(.autoRead, value: true)
    }

    // MARK: What is said

    private func clientSaid(_ bytes: ByteBuffer?) {
        guard !isCut else {
            // Nobody is left to see what becomes of the server's end.
            if bytes == nil { server?.close(promise: nil) }
            return
        }
        later { link in
            guard !link.isCut else { return }
            if let bytes { link.server?.writeAndFlush(bytes, promise: nil) } else { link.server?.close(promise: nil) }
        }
    }

    private func serverSaid(_ bytes: ByteBuffer?) {
        guard !isCut else { return }
        guard var bytes else { return later { link in if !link.isCut { link.client.close(promise: nil) } } }
        var limit = Int.max
        switch fault {
        case .resets(let count), .vanishes(let count): limit = count - sentByServer
        case .trickles(let interval):
            reservoir.writeBuffer(&bytes)
            return trickle(every: interval)
        default: break
        }
        let part = bytes.readSlice(length: min(bytes.readableBytes, max(0, limit))) ?? ByteBuffer()
        sentByServer += part.readableBytes
        later { link in
            guard !link.isCut else { return }
            link.client.writeAndFlush(part, promise: nil)
            guard part.readableBytes >= limit else { return }
            if case .resets = link.fault { link.reset() } else { link.vanish() }
        }
    }

    private func trickle(every interval: Duration) {
        guard client.isActive, !isTrickling, let byte = reservoir.readSlice(length: 1) else { return }
        isTrickling = true
        client.writeAndFlush(byte, promise: nil)
        let link = NIOLoopBound(self, eventLoop: client.eventLoop)
        client.eventLoop.scheduleTask(in: TimeAmount(interval)) {
            link.value.isTrickling = false
            if !link.value.isCut { link.value.trickle(every: interval) }
        }
    }

    private func later(_ act: @escaping (FaultLink) -> Void) {
        guard case .delays(let time) = fault else { return act(self) }
        let link = NIOLoopBound(self, eventLoop: client.eventLoop)
        client.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(time)) { act(link.value) }
    }

    // MARK: Ends

    /// Ends both connections with a reset.
    func reset() {
        for channel in [client, server].compactMap({ $0 }) {
            // Without time to linger, closing sends a reset instead of an end.
            (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
                channel.close(promise: nil)
            }
        }
        isCut = true
    }

    /// Forwards nothing any more, and takes nothing: what the ends send stays with them.
    func vanish() {
        isCut = true
        for channel in [client, server].compactMap({ $0 }) {
            try? channel.syncOptions?.setOption(.autoRead, value: false)
        }
    }

    /// Ends both connections.
    func close() {
        isCut = true
        client.close(promise: nil)
        server?.close(promise: nil)
    }
}
