import FleetRunner
import Inventory
import Provisioning
import RemoteHost
import SecureShell

/// What a verb asks the master over a connection of its own.
struct MasterQuestion {
    let fleet: LoadedFleet
    let secrets: Secrets

    private var privilege: Privilege { LoadedFleet.privilege(of: fleet.fleet.master, secrets) }

    /// Asks for facts.
    ///
    /// - Throws: `CommandFailure` with the exit code of a run that fails in the same way.
    func answer(to facts: FactSet) async throws -> Facts {
        try await withMaster { remote in try await remote.look(facts, privilege, deadline: fleet.lookDeadline) }
    }

    /// Runs a script, and returns what it printed.
    ///
    /// - Throws: `CommandFailure` with the exit code of a run that fails in the same way.
    func answer(to script: String) async throws -> String {
        try await withMaster { remote in
            do throws(RemoteHostError) {
                return try await remote.run(.script(script, privilege: privilege, deadline: fleet.lookDeadline))
                    .outputText
            } catch {
                throw error.code == .timedOut ? HostFailure.slowLook(fleet.lookDeadline) : error
            }
        }
    }

    private func withMaster<Answer: Sendable>(_ body: (any RemoteHost) async throws -> Answer) async throws -> Answer {
        let master = fleet.fleet.master
        let connector = try fleet.connector(secrets, to: [master])
        await connector.unlockKeys()
        do {
            return try await connector.withConnection(to: master.name, body)
        } catch let failure as HostFailure {
            // The host is there, and gives no answer.
            let message = "\(master.name): \(failure.message)"
            throw CommandFailure(message, hint: failure.hint, exitCode: RunExitCode.failed)
        } catch let error as RemoteHostError {
            let kinds = Set([FailureKind(error)].compactMap(\.self))
            let code = RunExitCode.of(kinds, leavesOut: true)
            throw CommandFailure("\(master.name): \(error.message)", hint: error.hint, exitCode: code)
        }
    }
}
