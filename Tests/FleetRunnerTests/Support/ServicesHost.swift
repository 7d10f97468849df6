import LockstepTestSupport
import Lsyncd
import RemoteHost

/// A master that hands its commands on, but for the question of which replication services run.
struct ServicesHost: RemoteHost {
    private let host: any RemoteHost
    private let running: [String]
    private let all: [String]

    /// Makes a master.
    ///
    /// - Parameters:
    ///   - running: copies whose services run.
    ///   - stopped: copies whose services do not.
    ///   - others: copies that it keeps beside them.
    init(_ host: any RemoteHost, running: [String], stopped: [String] = [], others: [String] = []) {
        self.host = host
        self.running = running
        all = running + stopped + others
    }

    var name: String { host.name }

    func run(
        _ command: Command,
        onOutput: (@Sendable (OutputChunk) -> Void)?
    ) async throws(RemoteHostError) -> CommandResult {
        guard command.snippets.contains(LsyncdServicesFact().script) else {
            return try await host.run(command, onOutput: onOutput)
        }
        let bytes = command.answers(answer)
        onOutput?(.standardOutput(bytes))
        return CommandResult(exit: .status(0), standardOutput: bytes)
    }

    private func answer(to snippet: String) -> String {
        if snippet.contains("date") { return "101\n" }
        if snippet == KeepersFact().script { return all.map { "keeper \($0) \($0)\n" }.joined() }
        if snippet == LsyncdServicesFact().script {
            return running.map { "Id=lockstep-lsyncd@\($0).service\nActiveState=active\n\n" }.joined()
        }
        return running.map { name in
            #"/run/lockstep/\#(name)/report.json:{"name":"\#(name)","phase":"live","written_at":100}"# + "\n"
        }.joined()
    }
}
