import FleetRunner
import Lsyncd
import Propagation
import Provisioning
import RemoteHost

/// Asks the master what a run has to know before it can be planned, over the connection that the run goes on with.
struct MasterSurveyor {
    /// The fleet.
    let fleet: LoadedFleet
    /// The master, as the run takes it.
    let master: RunHost
    /// Opens the connections.
    let connector: any RemoteHostConnector

    /// The copies whose sources have to be counted: none where the inventory says how many lsyncd there are.
    private var counted: [InstanceLayout.Copy] { fleet.isolation == .automatic ? fleet.copies : [] }

    /// Runs `body` with what the master answers, none where it does not, and with a connector that has its connection, and
    /// those of the other hosts from `others`.
    func withSurvey<Value: Sendable>(
        _ interruption: Interruption,
        beside others: any RemoteHostConnector,
        _ body: (MasterSurvey?, any RemoteHostConnector) async throws -> Value
    ) async throws -> Value {
        var hasBegun = false
        do {
            return try await connector.withConnection(to: master.name) { remote in
                let survey = interruption.isRequested ? nil : await self.survey(remote, interruption)
                hasBegun = true
                return try await body(survey, LendingConnector(others, master.name, .success(remote)))
            }
        } catch let error as RemoteHostError where !hasBegun {
            // The run tells of it, as of any other host.
            return try await body(nil, LendingConnector(others, master.name, .failure(error)))
        }
    }

    /// What a person should know of a layout, and of what the master answered.
    func warnings(of layout: InstanceLayout, _ survey: MasterSurvey?, prunes: Bool) -> [String] {
        if prunes, survey == nil { return ["it could not be asked which copies it keeps: --prune ends none"] }
        return layout.others.ofSameFleet.map { copy in
            "it keeps \(copy) as well, which the inventory does not have; 'lockstep up --prune' ends that"
        }
    }

    private func survey(_ remote: any RemoteHost, _ interruption: Interruption) async -> MasterSurvey? {
        await withTaskGroup(of: MasterSurvey?.self) { group in
            // Where it cannot be asked the run's own look will fail as well, and tell why.
            group.addTask { try? await answer(of: remote) }
            group.addTask {
                await interruption.wait()
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private func answer(of remote: any RemoteHost) async throws -> MasterSurvey {
        let counted = counted
        var facts = try await remote.look(
            MasterSurvey.facts(counting: counted),
            master.privilege,
            deadline: .seconds(40)
        )
        var trees = FactSet()
        let uncounted = MasterSurvey.uncounted(of: counted, in: facts)
        for tree in uncounted { trees.insert(tree) }
        if !trees.isEmpty {
            let seconds = 40 + uncounted.count * DirectoryCountFact.seconds
            facts = try await remote.look(trees, master.privilege, deadline: .seconds(seconds), beside: facts)
        }
        return try MasterSurvey(facts, counting: counted)
    }
}
