import NIOCore
import NIOPosix

/// Finds ports for servers that must be told one.
package enum FreePort {
    /// A port that nobody listened on a moment ago.
    package static func find(on address: String) async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: address, port: 0)
            .get()
        let port = channel.localAddress?.port
        try await channel.close()
        guard let port else { throw ChannelError.unknownLocalAddress }
        return port
    }

    /// Whether a connection can be made.
    package static func isAnswering(_ address: String, _ port: Int) async -> Bool {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        guard let channel = try? await bootstrap.connect(host: address, port: port).get() else { return false }
        try? await channel.close()
        return true
    }

    /// Runs `body` while a connection is there on which nothing is said.
    package static func whileConnected(
        to address: String,
        _ port: Int,
        _ body: () async throws -> Void
    ) async throws {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        let channel = try await bootstrap.connect(host: address, port: port).get()
        do {
            try await body()
        } catch {
            try? await channel.close()
            throw error
        }
        try? await channel.close()
    }
}
