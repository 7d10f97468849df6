package import RemoteHost
import Synchronization
package import SystemPackage

/// Opens SSH connections to the hosts of an inventory; one connector serves a whole run, all hosts at a time.
package final class SSHConnector: RemoteHostConnector {
    private let destinations: [String: SSHDestination]
    private let settings: SSHSettings
    private let counters = Mutex(SSHStatistics())

    /// Makes a connector.
    ///
    /// - Parameters:
    ///   - destinations: the hosts, each by its own name.
    ///   - knownHosts: the host keys to trust.
    ///   - policy: what to do with hosts that these do not speak of.
    ///   - deadlines: how long each step may take.
    ///   - defaultIdentityFiles: the private keys for hosts that name none; absent files are passed over.
    package init(
        destinations: [SSHDestination],
        knownHosts: KnownHosts,
        policy: HostKeyPolicy = .refuseUnknown,
        deadlines: SSHDeadlines = SSHDeadlines(),
        defaultIdentityFiles: [FilePath] = []
    ) {
        self.destinations = Dictionary(destinations.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        settings = SSHSettings(
            knownHosts: KnownHostsStore(standard: knownHosts),
            policy: policy,
            deadlines: deadlines,
            keys: PrivateKeyStore(defaults: defaultIdentityFiles)
        )
    }

    /// The private key files that ssh itself would offer, best first.
    package static func standardIdentityFiles(home: FilePath) -> [FilePath] {
        ["id_ed25519", "id_ecdsa", "id_rsa"].map { home.appending(".ssh").appending($0) }
    }

    /// What was done so far.
    package var statistics: SSHStatistics { counters.withLock { $0 } }

    /// Opens a connection and logs in; whoever gets it closes it.
    package func connect(to name: String) async throws(RemoteHostError) -> SSHConnection {
        guard let destination = destinations[name] else {
            throw RemoteHostError(.unreachable, "nothing says how to reach it")
        }
        let attempt = ConnectionAttempt(destination: destination, settings: settings)
        let (link, times) = try await attempt.open()
        counters.withLock { $0.connections[name, default: 0] += 1 }
        return SSHConnection(
            name: name,
            link: link,
            times: times,
            closeLimit: settings.deadlines.close,
            onCommand: { self.counters.withLock { $0.commands[name, default: 0] += 1 } }
        )
    }

    package func withConnection<Value: Sendable>(
        to name: String,
        _ body: (any RemoteHost) async throws -> Value
    ) async throws -> Value {
        let connection = try await connect(to: name)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }
}
