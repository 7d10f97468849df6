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

    /// Asks for facts, and makes the changes that follow from what is answered, each whatever becomes of the others.
    ///
    /// - Returns: how each change ended, by its name; nil for one whose end was not told.
    /// - Throws: `CommandFailure` with the exit code of a run that fails in the same way; what `changes` throws.
    func make(
        after facts: FactSet,
        _ changes: @Sendable (Facts) throws -> [String: Change]
    ) async throws -> [String: ProbeOutput?] {
        try await withMaster { remote in
            let changes = try changes(await remote.look(facts, privilege, deadline: fleet.lookDeadline)).map { $0 }
            let steps = changes.enumerated().map { FramedScript.Step($0.element.value, chains: [$0.offset]) }
            let script = FramedScript(applying: steps, nonce: .randomMark())
            let command = Command.script(script.text, privilege: privilege, deadline: fleet.lookDeadline)
            var parser = FrameParser(nonce: script.nonce)
            do throws(RemoteHostError) {
                let frames = parser.consume(try await remote.run(command).standardOutput)
                let outputs = Dictionary(frames.map { ($0.index, $0.output) }) { $1 }
                let named = changes.enumerated().map { ($0.element.key, outputs[$0.offset]) }
                return Dictionary(uniqueKeysWithValues: named)
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
