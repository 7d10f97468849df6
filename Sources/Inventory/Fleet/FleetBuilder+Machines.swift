import INIFile

extension FleetBuilder {
    /// Tells of hosts that are one machine, where that would do harm.
    mutating func reportSameMachines(master: FleetHost, slaves: [Slave], syncs: [Sync]) {
        var reached: [HostEndpoint: Slave] = [:]
        var synced: [HostEndpoint: Slave] = [:]
        let masterEndpoint = HostEndpoint(address: master.address, port: master.port, via: master.reach.via)
        for slave in slaves {
            let endpoint = HostEndpoint(address: slave.host.address, port: slave.host.port, via: slave.host.reach.via)
            let syncEndpoint = HostEndpoint(address: slave.syncAddress, port: slave.syncPort)
            if let first = reached[endpoint] {
                let place = "\(slave.host.address) port \(slave.host.port)"
                reportSameSlave(slave, first, "both are reached at \(place)", "ansible_host")
            } else if let first = synced[syncEndpoint] {
                let place = "\(slave.syncAddress) port \(slave.syncPort)"
                reportSameSlave(slave, first, "the master reaches both at \(place)", "sync_address")
            }
            reached[endpoint] = reached[endpoint] ?? slave
            synced[syncEndpoint] = synced[syncEndpoint] ?? slave
            if endpoint == masterEndpoint {
                reportOverlaps(slave, master, syncs)
            } else {
                reportLoopback(slave, master, syncs)
                reportMasterAddress(slave, master, syncs)
            }
        }
    }

    /// Tells of a slave to which the master would go by its own loopback, and so arrive at itself: an address such as that
    /// of a machine of Vagrant's, 127.0.0.1, leads there from here alone.
    ///
    /// A loopback with a port of its own that `sync_address` names is a tunnel, and meant.
    private mutating func reportLoopback(_ slave: Slave, _ master: FleetHost, _ syncs: [Sync]) {
        guard HostEndpoint.isLoopback(slave.syncAddress) else { return }
        let setting = slave.host.origins["sync_address"]
        let isAtItsPort = slave.syncPort == 22 || slave.syncPort == master.port
        // A master at a loopback may be this machine, and then the address leads to the slave from there as well. Where both
        // have one address, and ports of their own, they are machines behind this one.
        let isMasterNear = HostEndpoint.isLoopback(master.address)
        let isBehindPort = slave.syncAddress == master.address && master.port != 22
        guard isMasterNear ? setting == nil && isBehindPort : setting == nil || isAtItsPort else { return }
        if isAtItsPort, !isMasterNear { reportOverlaps(slave, master, syncs, loopback: slave.syncAddress) }
        warnOfItself(slave, isLoopback: true)
    }

    /// Tells of a slave that the master would look for at its own address, and so arrive at itself.
    ///
    /// Where both have one address and ports of their own, they are machines behind it, and port 22 there may be the slave.
    private mutating func reportMasterAddress(_ slave: Slave, _ master: FleetHost, _ syncs: [Sync]) {
        let isNear = { (address: String) in
            HostEndpoint(address: address, port: 22) == HostEndpoint(address: master.address, port: 22)
        }
        guard !HostEndpoint.isLoopback(slave.syncAddress), isNear(slave.syncAddress),
            slave.syncPort == master.port || slave.syncPort == 22 && !isNear(slave.host.address)
        else { return }
        reportOverlaps(slave, master, syncs, loopback: slave.syncAddress)
        warnOfItself(slave, isLoopback: false)
    }

    private mutating func warnOfItself(_ slave: Slave, isLoopback: Bool) {
        let place = slave.host.origins["sync_address"] ?? slave.host.origins["ansible_host"] ?? slave.host.position
        let message = """
            the master would reach the slave \(quoted(slave.name)) at \(slave.syncAddress) port \(slave.syncPort), and there \
            it reaches itself
            """
        let count = warnings.count
        warn(at: place, about: "sync_address", message, hint: Self.hintOnLoopback)
        if isLoopback { loopbackWarnings += warnings[count...] }
    }

    private static let hintOnLoopback =
        "add sync_address=… with the address, and sync_port=… with the port, at which the master reaches it"

    /// Tells of directories on the master's own machine that would be mirrored over one that is mirrored.
    ///
    /// - Parameter loopback: the address by which the master reaches itself instead of the slave; none where the slave is
    ///   the master's machine.
    private mutating func reportOverlaps(
        _ slave: Slave,
        _ master: FleetHost,
        _ syncs: [Sync],
        loopback: String? = nil
    ) {
        for mirror in syncs.flatMap(\.mirrors) where mirror.slave == slave.name {
            if let sync = syncs.first(where: { mirror.target.overlaps($0.source) }) {
                reportOverlap(mirror, slave, master, sync, loopback: loopback)
            }
        }
    }

    private mutating func reportSameSlave(_ second: Slave, _ first: Slave, _ reason: String, _ setting: String) {
        let firstPlace = first.host.origins[setting] ?? first.host.position
        let message = """
            the slaves \(quoted(first.name)) (\(firstPlace.fileAndLine)) and \(quoted(second.name)) \
            are one machine: \(reason)
            """
        let note = SourceDiagnostic.Note(firstPlace, "\(quoted(first.name)) is here")
        let place = second.host.origins[setting] ?? second.host.position
        let hint = "give each its own address, or take one out"
        report(.sameMachine, at: place, about: second.name, message, hint: hint, notes: [note])
    }

    private mutating func reportOverlap(
        _ mirror: Mirror,
        _ slave: Slave,
        _ master: FleetHost,
        _ sync: Sync,
        loopback: String?
    ) {
        let sourcePlace = sync.sourceOrigin ?? master.position
        let message = """
            'target' \(quoted(mirror.target.text)) of \(quoted(mirror.name)) overlaps 'source' \(quoted(sync.source.text)) \
            (\(sourcePlace.fileAndLine)) on the same machine\(loopback.map { ": at \($0) the master reaches itself" } ?? "")
            """
        let note = SourceDiagnostic.Note(sourcePlace, "'source' is here")
        let place = mirror.origins["target"] ?? slave.host.position
        let hint = loopback == nil ? "mirror into a directory outside of the source" : Self.hintOnLoopback
        report(.sameMachine, at: place, about: mirror.name, message, hint: hint, notes: [note])
    }
}
