import ArgumentParser
import FleetRunner
import Propagation
import RemoteHost
import SecureShell
import TerminalOutput

/// `lockstep ping`: connects and logs in, and tells how long each step took.
struct PingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ping",
        abstract: "Connect and log in, nothing else; tell how long each step took.",
        discussion: "All hosts take part, the master too; --limit chooses among them."
    )

    @ParentCommand var lockstep: Lockstep
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let session = try AdHocSession("ping", common.completed(by: lockstep.common))
        let connector = session.connector
        let renderer = PingRenderer(screens: session.screens)
        let summary = try await session.run(Interruption(), renderer) { host in
            let clock = ContinuousClock()
            let start = clock.now
            do throws(RemoteHostError) {
                let connection = try await connector.connect(to: host.name)
                let seconds = (clock.now - start) / .seconds(1)
                await connection.close()
                return AdHocReport(host: host.name, steps: ConnectionSteps(connection.times), seconds: seconds)
            } catch {
                return AdHocReport(host: host.name, error: error, seconds: (clock.now - start) / .seconds(1))
            }
        }
        throw FinalExitCode(summary.exitCode)
    }
}

extension ConnectionSteps {
    fileprivate init(_ times: ConnectionTimes) {
        self.init(
            address: times.address,
            lookup: times.lookup.map { $0 / .seconds(1) },
            connect: times.connect / .seconds(1),
            handshake: times.handshake / .seconds(1),
            authentication: times.authentication / .seconds(1)
        )
    }
}
