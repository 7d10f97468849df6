import INIFile

extension FleetBuilder {
    /// Tells of hosts that are one machine, where that would do harm.
    mutating func reportSameMachines(master: FleetHost, slaves: [Slave], source: AbsolutePath) {
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
            if endpoint == masterEndpoint, slave.target.overlaps(source) { reportOverlap(slave, master, source) }
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

    private mutating func reportOverlap(_ slave: Slave, _ master: FleetHost, _ source: AbsolutePath) {
        let sourcePlace = master.origins["source"] ?? master.position
        let message = """
            'target' \(quoted(slave.target.text)) of \(quoted(slave.name)) overlaps 'source' \(quoted(source.text)) \
            (\(sourcePlace.fileAndLine)) on the same machine
            """
        let note = SourceDiagnostic.Note(sourcePlace, "'source' is here")
        let place = slave.host.origins["target"] ?? slave.host.position
        let hint = "mirror into a directory outside of the source"
        report(.sameMachine, at: place, about: slave.name, message, hint: hint, notes: [note])
    }
}
