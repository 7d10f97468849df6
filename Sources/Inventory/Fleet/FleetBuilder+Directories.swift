import INIFile

extension FleetBuilder {
    /// Tells of sources that lie in each other: what is below the inner one would be sent twice, and deleted once.
    mutating func reportNestedSources(_ drafts: [SyncDraft]) {
        for (index, second) in drafts.enumerated() {
            for first in drafts[..<index] {
                guard let outer = first.source, let inner = second.source, outer != inner, outer.overlaps(inner),
                    let place = second.sourceOrigin, let firstPlace = first.sourceOrigin
                else { continue }
                let relation = inner.isWithin(outer) ? "is inside" : "holds"
                let message = """
                    'source' \(quoted(inner.text)) of \(second.title) \(relation) 'source' \(quoted(outer.text)) of \
                    \(first.title) (\(firstPlace.fileAndLine))
                    """
                let note = SourceDiagnostic.Note(firstPlace, "the other one is here")
                let hint = "mirror the outer one alone, or exclude the inner one there and choose sources side by side"
                report(.dangerousPath, at: place, about: second.title, message, hint: hint, notes: [note])
            }
        }
    }

    /// Tells of two directories that would be mirrored over each other on one slave.
    mutating func reportOverlappingTargets(_ syncs: [Sync]) {
        var seen: [String: [(sync: Sync, mirror: Mirror)]] = [:]
        for sync in syncs {
            for mirror in sync.mirrors {
                for (other, first) in seen[mirror.slave] ?? [] where first.target.overlaps(mirror.target) {
                    let place = mirror.origins["target"] ?? sync.position
                    let firstPlace = first.origins["target"] ?? other.position
                    let message = """
                        'target' \(quoted(mirror.target.text)) of [sync:\(sync.name ?? "")] overlaps 'target' \
                        \(quoted(first.target.text)) of [sync:\(other.name ?? "")] (\(firstPlace.fileAndLine)) \
                        on the slave \(quoted(mirror.slave))
                        """
                    let note = SourceDiagnostic.Note(firstPlace, "the other one is here")
                    let hint = "each would delete the other's files; give them directories side by side"
                    // One line of a section is one fault, not one for each slave.
                    let subject = "\(sync.name ?? "") over \(other.name ?? "")"
                    report(.dangerousPath, at: place, about: subject, message, hint: hint, notes: [note])
                }
                seen[mirror.slave, default: []].append((sync, mirror))
            }
        }
    }

    /// Tells of slaves whose gate lets fewer directories through than they get.
    mutating func reportNarrowGates(_ slaves: [HostSettings], _ syncs: [Sync]) {
        for slave in slaves where slave.values["gate"] == Slave.Gate.rrsync.rawValue {
            let copies = syncs.flatMap(\.mirrors).filter { $0.slave == slave.host.name }
            guard copies.count > 1 else { continue }
            let message =
                "rrsync lets one directory be written, and \(quoted(slave.host.name)) gets \(copies.count) copies"
            let hint = "take 'gate = receive' there, or one directory"
            report(.badValue, at: slave.position(of: "gate"), about: slave.host.name, message, hint: hint)
        }
    }

    /// Tells of slaves that no section chooses.
    mutating func reportUselessSlaves(_ slaves: [HostSettings], _ syncs: [Sync]) {
        // Where a section failed, it is not known whom it was for.
        guard errors.isEmpty, !inventory.syncs.isEmpty else { return }
        let served = Set(syncs.flatMap(\.mirrors).map(\.slave))
        for slave in slaves where !served.contains(slave.host.name) {
            let message = "nothing is mirrored to the slave \(quoted(slave.host.name)): no section's 'to' chooses it"
            let hint = "let a [sync:…] section choose it, or take it out of [slaves]"
            report(.badRole, at: slave.host.position, about: slave.host.name, message, hint: hint)
        }
    }
}
