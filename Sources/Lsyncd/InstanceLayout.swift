package import Provisioning

/// Which lsyncd keeps which copies.
///
/// An lsyncd of a copy's own has the copy's name; those that several copies share are `_shared-1`, `_shared-2` and so on,
/// which no copy can be called. What was laid out before stays as it is wherever it still fits: a copy that moves from one
/// lsyncd to another costs a full pass, and so do its new neighbours.
package struct InstanceLayout: Sendable, Hashable {
    /// A copy of a directory on a slave.
    package struct Copy: Sendable, Hashable {
        /// Its name, which no other copy has.
        package var name: String
        /// The directory on the master; none where it is not known.
        package var source: String?
        /// Where it is written, as far as that is known.
        package var place: CopyPlace?

        /// Makes a copy.
        package init(name: String, source: String?, place: CopyPlace? = nil) {
            self.name = name
            self.source = source
            self.place = place
        }
    }

    /// One lsyncd.
    package struct Instance: Sendable, Hashable {
        /// Its name, and that of its service.
        package var name: String
        /// The copies that it keeps, in order of the fleet; those that the fleet does not have stay, at the end.
        package var copies: [Copy]
        /// Whether it is there for several copies, though there may be one at the moment.
        package var isShared: Bool
    }

    /// The lsyncd that a run has to do with, in order of the fleet.
    package let instances: [Instance]
    /// How many watches all copies of the fleet need; none where it is not known.
    package let watches: Int?
    /// What starts the services of the master; systemd where it was not asked.
    package let serviceManager: ServiceManager
    /// The copies that the master keeps and the fleet does not have, and that stay, with the lsyncd of each.
    package let strangers: [String: String]
    /// The names of such copies that nobody wants and that go before the others are seen to.
    package let pruned: [String]
    /// The lsyncd between which copies move, in groups; one that several copies share is a group also by itself.
    package let handovers: [Handover]
    /// The lsyncd that keeps each copy now, as the master was seen.
    package let keepers: [String: String]
    /// What is known of the copies that the master keeps and the fleet does not have.
    package let others: OtherCopies
    /// Whose copies these are; none where that was not said.
    package let fleet: FleetIdentity?
    /// Where the handover of each lsyncd stands among `handovers`.
    private let handoverPlaces: [String: Int]
    /// Where the lsyncd of each copy stands among `instances`.
    private let places: [String: Int]

    /// Lays copies out.
    ///
    /// - Parameters:
    ///   - copies: all of the fleet.
    ///   - chosen: the names of those that the run is about; none means all. The others stay where they are.
    ///   - survey: what the master has now; none where it was not asked.
    ///   - prunes: whether copies go that the fleet does not have.
    ///   - fleet: whose copies these are; none takes all that the master keeps for copies of the same fleet.
    package init(
        of copies: [Copy],
        chosen: Set<String>? = nil,
        isolation: Isolation = .perSlave,
        survey: MasterSurvey? = nil,
        prunes: Bool = false,
        fleet: FleetIdentity? = nil
    ) {
        serviceManager = survey?.serviceManager ?? .systemd
        let keepers = survey?.keepers ?? [:]
        self.keepers = keepers
        let count = Self.sharedCount(for: copies, isolation, survey)
        let isChosen = { (name: String) in chosen?.contains(name) ?? true }
        var keeper: [String: String] = [:]
        for copy in copies where !isChosen(copy.name) { keeper[copy.name] = keepers[copy.name] }
        if let count {
            Self.share(copies.map(\.name).filter(isChosen), among: count, keepers, &keeper)
        } else {
            for copy in copies where isChosen(copy.name) { keeper[copy.name] = copy.name }
        }

        let others = OtherCopies(
            survey,
            than: copies,
            keptBy: keeper,
            chosen: chosen,
            fleet: fleet,
            prunes: prunes
        )
        strangers = others.staying
        pruned = others.ending
        self.others = others
        self.fleet = fleet

        let touched = Set(copies.filter { isChosen($0.name) }.flatMap { [keeper[$0.name], keepers[$0.name]] })
            .union(others.leaving.keys.map { keepers[$0] })
        var order: [String] = []
        var members: [String: [Copy]] = [:]
        for copy in copies {
            guard let name = keeper[copy.name], touched.contains(name) else { continue }
            if members[name] == nil { order.append(name) }
            members[name, default: []].append(copy)
        }
        let sources = Dictionary((survey?.copies ?? []).map { ($0.name, $0.source) }) { first, _ in first }
        for (copy, name) in strangers.sorted(by: { $0.key < $1.key })
        where members[name] != nil || touched.contains(name) && name.hasPrefix(Self.sharedPrefix) {
            // What the fleet takes all its copies from goes on for those of others.
            if members[name] == nil { order.append(name) }
            members[name, default: []].append(Copy(name: copy, source: sources[copy]))
        }
        instances = order.map { name in
            Instance(name: name, copies: members[name] ?? [], isShared: name.hasPrefix(Self.sharedPrefix))
        }
        places = Dictionary(
            uniqueKeysWithValues: instances.enumerated().flatMap { place, instance in
                instance.copies.map { ($0.name, place) }
            }
        )
        handovers = Self.handovers(
            of: copies.filter { isChosen($0.name) }.map(\.name),
            keeper,
            survey,
            others,
            instances
        )
        handoverPlaces = Dictionary(
            uniqueKeysWithValues: handovers.enumerated().flatMap { place, handover in
                handover.instances.map { ($0.name, place) }
            }
        )
        watches = survey.flatMap { Self.watches(of: copies, shared: count, $0) }
    }

    /// The lsyncd that keeps a copy; none where the run has nothing to do with it.
    package func instance(of copy: String) -> Instance? { places[copy].map { instances[$0] } }

    /// The handover that an lsyncd takes part in; none for one of a copy's own that takes it from no other.
    package func handover(of instance: Instance) -> Handover? { handoverPlaces[instance.name].map { handovers[$0] } }

    /// The file that names the copies of an lsyncd, and its directory.
    package func place(of instance: Instance) -> (directory: String, file: String) {
        Self.place(of: instance.name, serviceManager)
    }

    /// The file of a copy's settings.
    package static func settings(of copy: String) -> String { "/etc/lockstep/lsyncd/\(copy).lua" }

    /// The file that names the copies of an lsyncd, and its directory, by the lsyncd's name.
    static func place(of instance: String, _ manager: ServiceManager) -> (directory: String, file: String) {
        switch manager {
        case .systemd:
            let directory = "/etc/systemd/system/lockstep-lsyncd@\(instance).service.d"
            return (directory, directory + "/copies.conf")
        case .openrc, .sysvinit, .upstart:
            return ("/etc/lockstep/services", "/etc/lockstep/services/\(instance)")
        }
    }

    /// A sh script that prints a line for each lsyncd on the master: `keeper`, its name, and the copies that it keeps.
    static let keepersScript = """
        if [ -d /run/systemd/system ]; then
            grep -Hs '^Environment="LOCKSTEP_COPIES=' /etc/systemd/system/lockstep-lsyncd@*.service.d/copies.conf |
                sed 's/^.*lockstep-lsyncd@\\(.*\\)\\.service\\.d\\/copies\\.conf:Environment="LOCKSTEP_COPIES=\\(.*\\)"$/keeper \\1 \\2/'
        else
            grep -Hs '^copies=' /etc/lockstep/services/* | sed "s/^.*\\/\\([^:]*\\):copies=/keeper \\1 /; s/'//g"
        fi
        """

    /// The copies of each lsyncd that the script printed, by its name.
    static func keepers(in lines: [Substring]) -> [String: [String]] {
        var copies: [String: [String]] = [:]
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            if words.count > 1, words[0] == "keeper" { copies[words[1]] = Array(words.dropFirst(2)) }
        }
        return copies
    }

    static let sharedPrefix = "_shared-"

    /// How many lsyncd the copies share; nil where each has its own.
    private static func sharedCount(for copies: [Copy], _ isolation: Isolation, _ survey: MasterSurvey?) -> Int? {
        switch isolation {
        case .perSlave: return nil
        case .shards(let count): return count
        case .automatic:
            guard let survey, let alone = watches(of: copies, shared: nil, survey),
                let each = watches(of: copies, shared: 1, survey)
            else { return nil }
            let present = Set(copies.compactMap { survey.keepers[$0.name] }.filter { $0.hasPrefix(sharedPrefix) }).count
            // What runs may use up what was left for growth; what is made anew has to leave it.
            let isAsBefore = present == 0 && !survey.keepers.isEmpty
            if copies.count <= InotifyBudget.instances, survey.budget.holds(alone, withRoom: !isAsBefore) { return nil }
            if present > 0, survey.budget.holds(present * each, withRoom: false) { return present }
            return max(1, min(survey.budget.watches / (2 * max(each, 1)), copies.count - 1, InotifyBudget.instances))
        }
    }

    /// How many watches all copies need, each with its own lsyncd or with so many that are shared; none where a source was
    /// not counted.
    private static func watches(of copies: [Copy], shared: Int?, _ survey: MasterSurvey) -> Int? {
        let sources = shared == nil ? copies.compactMap(\.source) : copies.sources
        var sum = 0
        for source in sources {
            guard let count = survey.directories[source] else { return nil }
            sum += count
        }
        return sum * (shared ?? 1)
    }

    /// Gives each copy a place among those that are shared: the one it has, or else the one with the fewest copies.
    private static func share(
        _ copies: [String],
        among count: Int,
        _ present: [String: String],
        _ keeper: inout [String: String]
    ) {
        let names = (1...count).map { "\(sharedPrefix)\($0)" }
        for copy in copies {
            if let name = present[copy], names.contains(name) { keeper[copy] = name }
        }
        var load = Dictionary(grouping: keeper.values, by: \.self).mapValues(\.count)
        for copy in copies where keeper[copy] == nil {
            guard let name = names.min(by: { load[$0, default: 0] < load[$1, default: 0] }) else { continue }
            keeper[copy] = name
            load[name, default: 0] += 1
        }
    }
}

extension [InstanceLayout.Copy] {
    /// The directories that they are copies of, each once.
    package var sources: [String] {
        var seen: Set<String> = []
        return compactMap(\.source).filter { seen.insert($0).inserted }
    }
}
