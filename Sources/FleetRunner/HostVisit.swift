import Propagation
import RemoteHost

/// One host's part in a run, from the first byte to the closing of its connection.
struct HostVisit: Sendable {
    let work: HostWork
    let connections: RunConnections
    let ledger: Ledger
    /// Whether canaries are sent, for which the connection stays open.
    let isProving: Bool
    /// Is told each time that the host grants a command no session.
    let onRefusal: @Sendable () -> Void

    private var host: RunHost { work.host }

    /// Connects, works, and stays until the whole run is over where that needs the connection: the master's holds the lock.
    /// Whatever goes wrong ends this host's part only.
    func run(by connector: any RemoteHostConnector) async {
        let place = await work.window.enter()
        defer { place.leave() }
        do {
            guard !work.interruption.isRequested else { throw RemoteHostError.notBegun }
            work.publish(.connecting(host: host.name))
            try await connector.withConnection(to: host.name) { connection in
                // It may have come while the connection was made.
                guard !work.interruption.isRequested else { throw RemoteHostError.notBegun }
                let remote = QueueingHost(connection, onRefusal: onRefusal)
                try await work.look(remote)
                place.leave()
                if host.isMaster {
                    work.lock.offer(remote.lasting, privilege: host.privilege)
                    // Canaries begin while there are changes.
                    connections.open(remote, to: host.name)
                }
                try await work.applyUntilFinished(remote)
                guard isProving || host.isMaster else { return connections.lose(host.name) }
                if !host.isMaster { connections.open(remote, to: host.name) }
                await connections.stay(host.name)
            }
        } catch {
            await leave(because: error)
        }
    }

    private func leave(because error: any Error) async {
        let reason: String
        switch error {
        case let error as RemoteHostError:
            ledger.fail(host.name, error)
            reason = "\(host.name) \(error.code == .shellRefused ? "failed" : "could not be reached")"
        case let error as HostFailure:
            ledger.fail(host.name, .task, error.message, hint: error.hint)
            reason = "\(host.name) failed"
        case let error as RunLock.Failure:
            ledger.fail(error)
            reason = error.message
        default:
            ledger.fail(host.name, .task, String(describing: error))
            reason = "\(host.name) failed"
        }
        if host.isMaster { work.lock.giveUp(because: reason) }
        await work.board.lost(host.name, because: reason)
        connections.lose(host.name)
    }
}
