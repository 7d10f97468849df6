import LockstepTestSupport
import RemoteHost
import SecureShell

/// A real sshd behind a proxy that makes a fault, and a connector that only knows the way through the proxy.
struct FaultyServer: Sendable {
    /// The sshd.
    let server: LoopbackSSHServer
    /// What stands before it.
    let proxy: FaultProxy
    /// Knows the server, behind the proxy, as "faulty".
    let connector: SSHConnector

    /// How long a connection may take before its fault is one: well above what a busy machine needs without a fault.
    static let patience = Duration.seconds(20)

    /// Lends a server with a fault.
    static func with(
        _ fault: FaultProxy.Fault,
        connect: Duration = patience,
        handshake: Duration = patience,
        aliveInterval: Duration? = nil,
        _ body: (FaultyServer) async throws -> Void
    ) async throws {
        try await LoopbackSSHServer.with { server in
            try await FaultProxy.with(fault, before: server.port) { proxy in
                let connector = try server.connector(
                    through: proxy,
                    deadlines: SSHDeadlines(connect: connect, handshake: handshake),
                    aliveInterval: aliveInterval
                )
                try await body(FaultyServer(server: server, proxy: proxy, connector: connector))
            }
        }
    }

    /// Connects, which must fail.
    func connect() async throws {
        try await connector.withConnection(to: "faulty") { _ in }
    }

    /// Runs a command that waits for ever, which must fail, and does something once it runs.
    func run(deadline: Duration = patience, _ whenItRuns: @escaping @Sendable () async throws -> Void) async throws {
        try await connector.withConnection(to: "faulty") { host in
            let (started, tellStarted) = AsyncStream<Void>.makeStream()
            try await withThrowingTaskGroup { group in
                group.addTask {
                    for await _ in started { return try await whenItRuns() }
                }
                defer { tellStarted.finish() }
                _ = try await host.run(Command("echo started; exec sleep 60", deadline: deadline)) { _ in
                    tellStarted.yield()
                }
            }
        }
    }
}

extension LoopbackSSHServer {
    /// A connector that knows this server, behind a proxy, as "faulty".
    func connector(
        through proxy: FaultProxy,
        deadlines: SSHDeadlines,
        aliveInterval: Duration? = nil
    ) throws -> SSHConnector {
        let line = "[\(proxy.address)]:\(proxy.port) \(hostKeys[0].publicKey)\n"
        let knownHosts = try directory.write(line, to: "known_hosts_\(proxy.port)")
        return SSHConnector(
            destinations: [
                SSHDestination(
                    name: "faulty",
                    address: proxy.address,
                    port: proxy.port,
                    user: user,
                    aliveInterval: aliveInterval
                )
            ],
            knownHosts: try KnownHosts(files: [knownHosts]),
            deadlines: deadlines,
            defaultIdentityFiles: [clientKey.path]
        )
    }
}
