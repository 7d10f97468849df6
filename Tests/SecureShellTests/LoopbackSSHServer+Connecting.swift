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
