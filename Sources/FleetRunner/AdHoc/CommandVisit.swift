package import Propagation
package import RemoteHost

/// One command on one host after the other: what `exec` does on each of them.
package struct CommandVisit: Sendable {
    private let text: String
    private let deadline: Duration
    private let outputLimit: Int
    private let connector: any RemoteHostConnector
    private let interruption: Interruption

    /// Makes a visit.
    ///
    /// - Parameters:
    ///   - text: a command line for sh; it reads an empty file.
    ///   - deadline: how long it may take on a host.
    ///   - outputLimit: how many bytes of its output are kept of each host; the rest is read and counted.
    ///   - connector: opens the connections.
    ///   - interruption: once it is asked for, no command is begun.
    package init(
        text: String,
        deadline: Duration,
        outputLimit: Int,
        connector: any RemoteHostConnector,
        interruption: Interruption
    ) {
        self.text = text
        self.deadline = deadline
        self.outputLimit = outputLimit
        self.connector = connector
        self.interruption = interruption
    }

    /// Connects, runs the command, and tells what came of it.
    package func callAsFunction(_ host: AdHocHost) async -> AdHocReport {
        let clock = ContinuousClock()
        let start = clock.now
        let keeper = OutputKeeper(limit: outputLimit)
        // `eval` keeps the text whole: half a command line is a syntax error, and no part of the script around it.
        var command = Command.script("eval \(shellQuoted(text))", privilege: host.privilege, deadline: deadline)
        command.collectsOutput = false
        let result: Result<CommandResult, RemoteHostError>
        do {
            result = try await connector.withConnection(to: host.name) { [command] remote in
                guard !interruption.isRequested else { throw RemoteHostError.notBegun }
                do throws(RemoteHostError) {
                    return .success(try await remote.run(command, onOutput: keeper.take))
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            let reason = error as? RemoteHostError ?? RemoteHostError(.unreachable, String(describing: error))
            return AdHocReport(host: host.name, error: reason, seconds: (clock.now - start).inSeconds)
        }
        let seconds = (clock.now - start).inSeconds
        switch result {
        case .success(let result):
            return AdHocReport(host: host.name, output: keeper.output(exit: result.exit), seconds: seconds)
        case .failure(let error):
            return AdHocReport(host: host.name, error: error, output: keeper.output(exit: nil), seconds: seconds)
        }
    }
}

extension RemoteHostError {
    /// The host's turn had not come when the run was interrupted.
    static let notBegun = RemoteHostError(.cancelled, "the run was interrupted before this host's turn")
}
