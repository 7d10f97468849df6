import LockstepTestSupport
import RemoteHost

/// A master that hands its commands on, but for the question of which replication services run.
struct ServicesHost: RemoteHost {
    private let host: any RemoteHost
    private let answer: String

    /// Makes a master.
    ///
    /// - Parameters:
    ///   - running: copies whose services run.
    ///   - stopped: copies whose services do not.
    ///   - others: copies that it keeps beside them.
    init(_ host: any RemoteHost, running: [String], stopped: [String] = [], others: [String] = []) {
        self.host = host
        let keepers = (running + stopped + others).map { "keeper \($0) \($0)" }
        let services = running.map { "service \($0) lockstep-lsyncd@\($0).service 100 active" }
        let idle = stopped.map { "service \($0) lockstep-lsyncd@\($0).service 0 inactive" }
        answer = (["now 101"] + keepers + services + idle).map { "\($0)\n" }.joined()
    }

    var name: String { host.name }

    func run(
        _ command: Command,
        onOutput: (@Sendable (OutputChunk) -> Void)?
    ) async throws(RemoteHostError) -> CommandResult {
        guard command.inputText.contains("printf 'service %s") else {
            return try await host.run(command, onOutput: onOutput)
        }
        return CommandResult(exit: .status(0), standardOutput: Array(answer.utf8))
    }
}
