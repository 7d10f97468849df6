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
    ///   - passphrases: where the passphrases of protected key files come from.
    package init(
        destinations: [SSHDestination],
        knownHosts: KnownHosts,
        policy: HostKeyPolicy = .refuseUnknown,
        deadlines: SSHDeadlines = SSHDeadlines(),
        defaultIdentityFiles: [FilePath] = [],
        passphrases: PassphraseSource = .none
    ) {
        self.destinations = Dictionary(destinations.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        settings = SSHSettings(
            knownHosts: KnownHostsStore(standard: knownHosts),
            policy: policy,
            deadlines: deadlines,
            keys: KeyRing(defaults: defaultIdentityFiles, passphrases: passphrases)
        )
    }

    /// The private key files that ssh itself would offer, best first.
    package static func standardIdentityFiles(home: FilePath) -> [FilePath] {
        ["id_ed25519", "id_ecdsa", "id_rsa"].map { home.appending(".ssh").appending($0) }
    }

    /// Asks for the passphrases that will be needed, so that nobody is asked while hosts wait. What goes wrong is said when
    /// a connection is made.
    package func unlockKeys() async {
        for destination in destinations.values.sorted(by: { $0.name < $1.name }) {
            for hop in destination.jumps + [destination] {
                _ = try? await settings.keys.offers(for: hop.credentials)
            }
        }
    }

    /// The public key, as type and base64, that could log in to a host without a password; `nil` where there is none.
    package func publicKey(for name: String) async -> String? {
        guard let destination = destinations[name] else { return nil }
        return await settings.keys.publicKey(for: destination.credentials).map { "\($0.type) \($0.base64)" }
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
