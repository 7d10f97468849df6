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
            if endpoint == masterEndpoint { reportOverlaps(slave, master, syncs) }
        }
    }

    /// Tells of directories on the master's own machine that would be mirrored over one that is mirrored.
    private mutating func reportOverlaps(_ slave: Slave, _ master: FleetHost, _ syncs: [Sync]) {
        for mirror in syncs.flatMap(\.mirrors) where mirror.slave == slave.name {
            if let sync = syncs.first(where: { mirror.target.overlaps($0.source) }) {
                reportOverlap(mirror, slave, master, sync)
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

    private mutating func reportOverlap(_ mirror: Mirror, _ slave: Slave, _ master: FleetHost, _ sync: Sync) {
        let sourcePlace = sync.sourceOrigin ?? master.position
        let message = """
            'target' \(quoted(mirror.target.text)) of \(quoted(mirror.name)) overlaps 'source' \(quoted(sync.source.text)) \
            (\(sourcePlace.fileAndLine)) on the same machine
            """
        let note = SourceDiagnostic.Note(sourcePlace, "'source' is here")
        let place = mirror.origins["target"] ?? slave.host.position
        let hint = "mirror into a directory outside of the source"
        report(.sameMachine, at: place, about: mirror.name, message, hint: hint, notes: [note])
    }
}
