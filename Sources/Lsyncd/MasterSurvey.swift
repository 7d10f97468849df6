package import Provisioning

/// What a run has to know of the master before it can be planned: which lsyncd keeps which copy, and what there is to watch.
package struct MasterSurvey: Sendable, Hashable {
    /// The lsyncd that keeps each copy, by the copy's name.
    package var keepers: [String: String]
    /// The names of the copies that have settings there, also of those that no lsyncd keeps.
    package var settled: Set<String>
    /// How many directories each source has, itself included; none for those that could not be counted.
    package var directories: [String: Int]
    /// How many may be watched.
    package var budget: InotifyBudget
    /// What starts its services.
    package var serviceManager: ServiceManager
    /// What is known of the copies that it keeps, in order of their names.
    package var copies: [KeptCopy]

    /// Makes a survey.
    package init(
        keepers: [String: String] = [:],
        copies: [KeptCopy] = [],
        settled: Set<String> = [],
        directories: [String: Int] = [:],
        budget: InotifyBudget,
        serviceManager: ServiceManager = .systemd
    ) {
        self.serviceManager = serviceManager
        self.keepers = keepers
        self.copies = copies
        self.settled = settled.union(copies.map(\.name))
        self.directories = directories
        self.budget = budget
    }

    /// What the master is asked first.
    ///
    /// - Parameter copies: those whose sources are counted; none where no count matters.
    package static func facts(counting copies: [InstanceLayout.Copy]) -> FactSet {
        var facts = FactSet(
            ServiceManagerFact(),
            MemoryFact(),
            InotifyLimitsFact(),
            KeepersFact(),
            KeptCopiesFact()
        )
        if !copies.isEmpty { facts.formUnion(CopyReports.facts(of: copies.map(\.name))) }
        return facts
    }

    /// The sources that have to be counted when the master has answered that: those of which no lsyncd tells.
    package static func uncounted(of copies: [InstanceLayout.Copy], in facts: Facts) -> [DirectoryCountFact] {
        copies.sources.filter { told(of: $0, by: copies, facts) == nil }.map { DirectoryCountFact($0) }
    }

    /// Takes the survey out of what the master has answered.
    package init(_ facts: Facts, counting copies: [InstanceLayout.Copy]) throws(PlanError) {
        let limits = try facts.value(of: InotifyLimitsFact())
        let kept = try facts.value(of: KeptCopiesFact())
        var keepers: [String: String] = [:]
        for (keeper, copies) in try facts.value(of: KeepersFact()) {
            for copy in copies { keepers[copy] = keeper }
        }
        var directories: [String: Int] = [:]
        for source in copies.sources {
            directories[source] =
                Self.told(of: source, by: copies, facts) ?? (try? facts.value(of: DirectoryCountFact(source)))
        }
        self.init(
            keepers: keepers,
            copies: kept.copies(keptBy: keepers),
            settled: kept.names,
            directories: directories,
            budget: InotifyBudget(
                memory: try facts.value(of: MemoryFact()),
                limit: limits.watches,
                isLimitWritable: limits.areWritable
            ),
            serviceManager: try facts.value(of: ServiceManagerFact())
        )
    }

    /// How many directories a source has, as an lsyncd tells that follows it and no other: its report, while it is fresh,
    /// says how many watches it has. nil where there is no such lsyncd.
    private static func told(of source: String, by copies: [InstanceLayout.Copy], _ facts: Facts) -> Int? {
        let names = Set(copies.filter { $0.source == source }.map(\.name))
        guard let keepers = try? facts.value(of: KeepersFact()),
            let reports = try? CopyReports(of: names.sorted(), in: facts)
        else { return nil }
        for (_, kept) in keepers.sorted(by: { $0.key < $1.key }) where names.isSuperset(of: kept) {
            let alive = kept.compactMap { reports.alive($0) }
            // One of the watches is not of the source.
            if alive.count == kept.count, let watches = alive.last?.watches, watches > 1 { return watches - 1 }
        }
        return nil
    }
}
