/// The copies that the master keeps and an inventory does not have: whose they are, and what becomes of each.
package struct OtherCopies: Sendable, Hashable {
    /// The lsyncd of each that stays, by its name.
    package let staying: [String: String]
    /// Those that nobody wants and that go at once: each has an lsyncd of its own.
    package let ending: [String]
    /// Those that an lsyncd of several copies has to do with as they go, by their name: the copies that may take the place
    /// of each, one of which surely does where it is among `displaced`.
    package let leaving: [String: [String]]
    /// Those of `leaving` whose place a copy takes, by their name: its name.
    package let displaced: [String: String]
    /// Those that nobody wants and that go once all others have started: by its host keys, which are not known before the
    /// run, a slave of it may be theirs, and then it takes their place.
    package let endingLast: [String]
    /// Those that go when the copy starts that takes their place, by their name: its name. Both have an lsyncd of their own.
    package let successors: [String: String]
    /// Those of the same fleet that stay, and that nobody takes the place of.
    package let ofSameFleet: [String]
    /// Those of other fleets.
    package let ofOthers: [KeptCopy]
    /// What a slave's task must know of those that may stand in the way of its copies.
    package let inTheWay: [OtherCopy]
    /// The directories that any copy of the master is written to after the run, where it takes others away.
    package let keptTargets: [String]
    /// The directories that the copies of the inventory were written to before, by the slave's name.
    package let formerTargets: [String: [String]]

    init(
        _ survey: MasterSurvey?,
        than copies: [InstanceLayout.Copy],
        keptBy wanted: [String: String] = [:],
        chosen: Set<String>?,
        fleet: FleetIdentity?,
        prunes: Bool
    ) {
        let keepers = survey?.keepers ?? [:]
        let kept = survey?.copies ?? []
        let known = Dictionary(copies.map { ($0.name, $0) }) { first, _ in first }
        let details = Dictionary(kept.map { ($0.name, $0) }) { first, _ in first }
        let others = keepers.filter { known[$0.key] == nil }
        // Of a copy without settings there is nothing to lose, nor to ask whose it is.
        let isOurs = { (name: String) in
            guard let fleet, let copy = details[name] else { return true }
            return copy.fleet.isSame(as: fleet)
        }

        let isChosen = { (copy: InstanceLayout.Copy) in chosen?.contains(copy.name) ?? true }
        let isShared = { (name: String) in keepers[name] != name }
        let getsOwn = { (name: String) in wanted[name] ?? name == name }
        let keysOfHosts = Dictionary(kept.map { ($0.place.host, $0.keys) }) { first, _ in first }
        /// The copies that are written where one of those was, as far as the addresses tell.
        let takers = { (name: String) in
            copies.filter { copy in
                guard let place = details[name]?.place, let new = copy.place else { return false }
                return place.isReached(as: new) && CopyPlace.overlap(place.target, new.target)
            }
        }
        /// Those that may be, as far as host keys tell.
        let possibleTakers = { (name: String) in
            copies.filter { copy in
                guard let old = details[name], !old.keys.isEmpty, let new = copy.place,
                    CopyPlace.overlap(old.place.target, new.target)
                else { return false }
                let keys = keysOfHosts[new.host] ?? []
                return keys.isEmpty || !Set(keys).isDisjoint(with: old.keys)
            }
        }

        var successors: [String: String] = [:]
        for name in others.keys where isOurs(name) { successors[name] = takers(name).first(where: isChosen)?.name }
        let isPruned = { (name: String) in
            // Whose place a copy is to take that no lsyncd keeps yet and the run is not about, goes on until then.
            prunes && isOurs(name) && successors[name] == nil
                && (takers(name) + possibleTakers(name)).allSatisfy { isChosen($0) || keepers[$0.name] != nil }
        }
        var (ending, endingLast): ([String], [String]) = ([], [])
        var (leaving, displaced): ([String: [String]], [String: String]) = ([:], [:])
        for name in others.keys.sorted() {
            if let new = successors[name] {
                if isShared(name) || !getsOwn(new) { (leaving[name], displaced[name]) = ([new], new) }
            } else if isPruned(name) {
                let new = possibleTakers(name).filter(isChosen).map(\.name)
                if isShared(name) || !new.allSatisfy(getsOwn) {
                    leaving[name] = new
                } else if new.isEmpty {
                    ending.append(name)
                } else {
                    endingLast.append(name)
                }
            }
        }
        (self.ending, self.endingLast, self.leaving, self.displaced) = (ending, endingLast, leaving, displaced)
        self.successors = successors.filter { displaced[$0.key] == nil }
        let isEndingLast = Set(endingLast).contains
        let going = Set(ending).union(leaving.keys).union(successors.keys)
        let staying = others.filter { !going.contains($0.key) }
        self.staying = staying
        ofSameFleet = staying.keys.filter { isOurs($0) && !isEndingLast($0) }.sorted()
        ofOthers = others.keys.filter { !isOurs($0) }.sorted().compactMap { details[$0] }

        let foreign = kept.filter { copy in known[copy.name].map { Self.isForeign(copy, to: $0, of: fleet) } ?? false }
        inTheWay =
            staying.keys.sorted().compactMap { details[$0] }.map { copy in
                let relation: OtherCopy.Relation =
                    !isOurs(copy.name)
                    ? .foreign : isShared(copy.name) ? .shared : isEndingLast(copy.name) ? .pruned : .own
                return OtherCopy(copy, relation)
            } + foreign.map { OtherCopy($0, .foreign) }

        // Those go on whose place another takes, where that one is refused.
        let isSucceeded = { (name: String) in successors[name] != nil || leaving[name]?.isEmpty == false }
        let lasting = kept.filter { staying[$0.name] != nil || isSucceeded($0.name) || known[$0.name] != nil }
        let all = Set(lasting.map(\.place.target) + copies.compactMap(\.place?.target))
        keptTargets = prunes && survey != nil ? all.sorted() : []
        formerTargets = Dictionary(grouping: kept.filter { known[$0.name] != nil }, by: \.place.host)
            .mapValues { $0.map(\.place.target) }
    }

    /// Whether the copy of that name which the master keeps is another fleet's, and not this one's of old: a word decides it;
    /// without one, a copy of which neither source nor target is as before is another one.
    private static func isForeign(_ kept: KeptCopy, to copy: InstanceLayout.Copy, of fleet: FleetIdentity?) -> Bool {
        guard let fleet, let place = copy.place, !kept.fleet.isSame(as: fleet) else { return false }
        if kept.fleet.word != nil, fleet.word != nil { return true }
        return kept.source != copy.source && kept.place.target != place.target
    }
}
