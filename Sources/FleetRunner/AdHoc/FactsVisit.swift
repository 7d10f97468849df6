package import Propagation
package import Provisioning
package import RemoteHost

/// One look at one host after the other: what `facts` does on each of them.
package struct FactsVisit: Sendable {
    private let facts: [String: FactSet]
    private let deadline: Duration
    private let connector: any RemoteHostConnector
    private let interruption: Interruption

    /// Makes a visit.
    ///
    /// - Parameters:
    ///   - facts: what each host is asked for, by its name.
    ///   - deadline: how long the look at a host may take.
    ///   - connector: opens the connections.
    ///   - interruption: once it is asked for, no host is asked.
    package init(
        facts: [String: FactSet],
        deadline: Duration,
        connector: any RemoteHostConnector,
        interruption: Interruption
    ) {
        self.facts = facts
        self.deadline = deadline
        self.connector = connector
        self.interruption = interruption
    }

    /// Connects, asks for all facts by one command, and tells what is answered.
    package func callAsFunction(_ host: AdHocHost) async -> AdHocReport {
        let clock = ContinuousClock()
        let start = clock.now
        let asked = facts[host.name] ?? FactSet()
        do {
            let seen = try await connector.withConnection(to: host.name) { remote in
                guard !interruption.isRequested else { throw RemoteHostError.notBegun }
                return try await remote.look(asked, host.privilege, deadline: deadline)
            }
            return AdHocReport(
                host: host.name,
                facts: asked.answers(in: seen),
                seconds: (clock.now - start).inSeconds
            )
        } catch let failure as HostFailure {
            return AdHocReport(host: host.name, failure: failure, seconds: (clock.now - start).inSeconds)
        } catch {
            let reason = error as? RemoteHostError ?? RemoteHostError(.unreachable, String(describing: error))
            return AdHocReport(host: host.name, error: reason, seconds: (clock.now - start).inSeconds)
        }
    }
}
