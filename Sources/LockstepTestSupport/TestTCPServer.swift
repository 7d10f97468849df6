import NIOCore
import NIOPosix
import Synchronization
package import SystemPackage

/// A server that behaves badly, on a free port of 127.0.0.1 or at a socket's path, for the time of a test.
package struct TestTCPServer: Sendable {
    /// The port it listens on.
    package let port: Int
    private let visitors: Visitors

    /// Waits until somebody has connected.
    package func untilVisited() async throws {
        while visitors.count.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// How many have connected.
    private final class Visitors: Sendable {
        let count = Mutex(0)
    }

    /// What it does with each connection.
    package enum Behaviour: Sendable {
        /// Nothing: it never says a word.
        case silent
        /// Sends this and then nothing more.
        case says(String)
        /// Sends this and closes.
        case saysAndCloses(String)
        /// Leaves connections unanswered: its queue is full.
        case full
    }

    /// Lends a server, and closes it and its connections afterwards.
    ///
    /// - Parameter socket: the path to listen at, instead of a port.
    package static func with<Value>(
        _ behaviour: Behaviour,
        at socket: FilePath? = nil,
        _ body: (TestTCPServer) async throws -> Value
    ) async throws -> Value {
        let group = MultiThreadedEventLoopGroup.singleton
        let visitors = Visitors()
        let isFull = if case .full = behaviour { true } else { false }
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Int32(isFull ? 1 : 64))
            .serverChannelOption(.autoRead, value: !isFull)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Greeter(behaviour: behaviour, visitors: visitors))
                }
            }
        let listening =
            if let socket { bootstrap.bind(unixDomainSocketPath: socket.string) } else {
                bootstrap.bind(host: "127.0.0.1", port: 0)
            }
        let listener = try await listening.get()
        var fillers: [EventLoopFuture<any Channel>] = []
        if isFull, let address = listener.localAddress {
            // The kernel completes as many connections as the queue holds, and leaves all later ones unanswered.
            let bootstrap = ClientBootstrap(group: group).connectTimeout(.seconds(1))
            fillers = (0..<8).map { _ in bootstrap.connect(to: address) }
            for filler in fillers { _ = try? await filler.get() }
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(TestTCPServer(port: listener.localAddress?.port ?? 0, visitors: visitors)))
        } catch {
            result = .failure(error)
        }
        for filler in fillers { try? await filler.get().close() }
        try await listener.close()
        return try result.get()
    }

    private final class Greeter: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        private let behaviour: Behaviour
        private let visitors: Visitors

        init(behaviour: Behaviour, visitors: Visitors) {
            self.behaviour = behaviour
            self.visitors = visitors
        }

        func channelActive(context: ChannelHandlerContext) {
            visitors.count.withLock { $0 += 1 }
            switch behaviour {
            case .silent, .full: break
            case .says(let text): context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
            case .saysAndCloses(let text):
                let channel = context.channel
                context.writeAndFlush(NIOAny(ByteBuffer(string: text))).whenComplete { _ in
                    channel.close(promise: nil)
                }
            }
        }
    }
}
