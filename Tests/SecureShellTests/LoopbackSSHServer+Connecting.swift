import LockstepTestSupport
import RemoteHost
import SecureShell
import SystemPackage

extension LoopbackSSHServer {
    /// A connector that knows this server as "loopback".
    func connector(
        policy: HostKeyPolicy = .refuseUnknown,
        deadlines: SSHDeadlines = SSHDeadlines(),
        knownHosts: FilePath? = nil,
        identityFiles: [FilePath]? = nil,
        hostKeyRule: HostKeyRule = HostKeyRule()
    ) throws -> SSHConnector {
        SSHConnector(
            destinations: [
                SSHDestination(
                    name: "loopback",
                    address: address,
                    port: port,
                    user: user,
                    credentials: SSHCredentials(identityFiles: identityFiles ?? [clientKey.path]),
                    hostKeyRule: hostKeyRule
                )
            ],
            knownHosts: try KnownHosts(files: [knownHosts ?? self.knownHosts]),
            policy: policy,
            deadlines: deadlines
        )
    }

    /// Lends a connection to this server.
    func connected<Value: Sendable>(_ body: (any RemoteHost) async throws -> Value) async throws -> Value {
        try await connector().withConnection(to: "loopback", body)
    }
}

// MARK: Jump hosts

extension LoopbackSSHServer {
    /// Lends a server to go through, and one to go to.
    static func withBastion(
        saying line: String = "",
        _ body: (_ bastion: LoopbackSSHServer, _ target: LoopbackSSHServer) async throws -> Void
    ) async throws {
        try await with {
            $0.configuration = [line]
        } _: { bastion in
            try await with { target in try await body(bastion, target) }
        }
    }

    /// The way to this server, which proves itself by its own known_hosts file.
    func destination(
        _ name: String,
        at address: String? = nil,
        through jumps: [SSHDestination] = []
    ) -> SSHDestination {
        SSHDestination(
            name: name,
            address: address ?? self.address,
            port: port,
            user: user,
            credentials: SSHCredentials(identityFiles: [clientKey.path]),
            hostKeyRule: HostKeyRule(files: [knownHosts]),
            jumps: jumps
        )
    }

    /// The way to this server through a proxy that stands before it.
    func destination(
        _ name: String,
        at proxy: FaultProxy,
        through jumps: [SSHDestination] = []
    ) throws -> SSHDestination {
        var destination = destination(name, at: proxy.address, through: jumps)
        destination.port = proxy.port
        let line = "[\(proxy.address)]:\(proxy.port) \(hostKeys[0].publicKey)\n"
        destination.hostKeyRule = HostKeyRule(files: [try directory.write(line, to: "known_hosts_\(proxy.port)")])
        return destination
    }
}
