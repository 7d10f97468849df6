import FleetRunner
import Inventory
import RemoteHost
import SecureShell

/// What a verb asks the master over a connection of its own: one script, and one answer.
struct MasterQuestion {
    let fleet: LoadedFleet
    let secrets: Secrets

    /// Runs a script on the master, and returns what it printed.
    ///
    /// - Throws: `CommandFailure` with the exit code of a run that fails in the same way.
    func answer(to script: String) async throws -> String {
        let master = fleet.fleet.master
        let connector = try fleet.connector(secrets, to: [master])
        await connector.unlockKeys()
        let command = Command.script(
            script,
            privilege: LoadedFleet.privilege(of: master, secrets),
            deadline: fleet.lookDeadline
        )
        do {
            return try await connector.withConnection(to: master.name) { remote in
                do throws(RemoteHostError) {
                    return try await remote.run(command).outputText
                } catch {
                    throw error.code == .timedOut ? HostFailure.slowLook(fleet.lookDeadline) : error
                }
            }
        } catch let failure as HostFailure {
            // The host is there, only too slow.
            let message = "\(master.name): \(failure.message)"
            throw CommandFailure(message, hint: failure.hint, exitCode: RunExitCode.failed)
        } catch let error as RemoteHostError {
            let kinds = Set([FailureKind(error)].compactMap(\.self))
            let code = RunExitCode.of(kinds, leavesOut: true)
            throw CommandFailure("\(master.name): \(error.message)", hint: error.hint, exitCode: code)
        }
    }
}
