import RemoteHost
import Synchronization

/// A host that grants so many sessions at a time, and refuses all others.
final class NarrowHost: RemoteHost {
    static let refusal = RemoteHostError(.connectionLost, "no further session", keepsConnection: true)

    private let host: any RemoteHost
    private let free: Mutex<Int>

    init(_ host: any RemoteHost, sessions: Int) {
        self.host = host
        free = Mutex(sessions)
    }

    var name: String { host.name }

    func run(
        _ command: Command,
        onOutput: (@Sendable (OutputChunk) -> Void)?
    ) async throws(RemoteHostError) -> CommandResult {
        let isGranted = free.withLock { free in
            guard free > 0 else { return false }
            free -= 1
            return true
        }
        guard isGranted else { throw Self.refusal }
        defer { free.withLock { $0 += 1 } }
        return try await host.run(command, onOutput: onOutput)
    }
}
