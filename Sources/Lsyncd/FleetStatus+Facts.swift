package import Provisioning

extension FleetStatus {
    /// What the master is asked about some copies.
    ///
    /// What is watched is counted in /proc: the layer's own figure may be ten minutes old.
    package static func facts(copies: [String]) -> FactSet {
        var facts = CopyReports.facts(of: copies)
        facts.formUnion(FactSet(InotifyLimitsFact(), InotifyUseFact(), KeptCopiesFact()))
        facts.formUnion(CopyServices.facts)
        return facts
    }

    /// Takes the status out of what the master has answered.
    ///
    /// - Parameters:
    ///   - copies: those that it was asked about.
    ///   - known: the copies of the inventory that it was not asked about.
    package init(of names: [String], in facts: Facts, known: Set<String> = []) throws(PlanError) {
        let limits = try facts.value(of: InotifyLimitsFact())
        let reports = try CopyReports(of: names, in: facts)
        let services = try CopyServices(facts)
        let delays = try facts.value(of: KeptCopiesFact()).delays
        copies = names.map { name in
            let service = services.service(services.keeper(of: name))
            return Copy(
                name: name,
                service: services.unit(of: name),
                state: service.state,
                restarts: service.restarts,
                delay: delays[name] ?? Copy.standardDelay,
                askedAt: reports.now,
                report: reports.alive(name)
            )
        }
        let known = known.union(names)
        strangers = services.keepers.flatMap { keeper, copies in
            copies.filter { !known.contains($0) }.map { name in
                Stranger(name: name, service: InstanceLayout.unit(of: keeper), state: services.service(keeper).state)
            }
        }.sorted { $0.name < $1.name }
        // Where the count did not come to its end, it is not known.
        let counted = try? facts.value(of: InotifyUseFact())
        let told = Dictionary(grouping: copies.filter { $0.report != nil }, by: \.service).values
            .map { $0.compactMap(\.report) }
        watches = Self.watches(counted, told, limits, now: reports.now)
        instances = Usage(used: counted?.count ?? told.count, allowed: limits.instances)
    }

    /// The directories that are watched: as counted, or else as the reports of each service tell.
    private static func watches(
        _ counted: [Int?]?,
        _ told: [[TargetReport]],
        _ limits: InotifyLimits,
        now: Int
    ) -> Usage {
        if let counted, !counted.contains(nil) {
            return Usage(used: counted.compactMap(\.self).reduce(0, +), allowed: limits.watches)
        }
        // Each report tells of its whole lsyncd.
        let reports = told.compactMap { reports in reports.max { $0.watches < $1.watches } }
        let times = reports.map(\.watchesAt)
        let oldest = times.contains(nil) ? nil : times.compactMap(\.self).min()
        return Usage(
            used: reports.map(\.watches).reduce(0, +),
            allowed: limits.watches,
            age: oldest.map { max(0, now - $0) }
        )
    }
}
