/// The copies that the master keeps and an inventory does not have: whose they are, and what becomes of each.
package struct OtherCopies: Sendable, Hashable {
    /// The lsyncd of each that stays, by its name.
    package let staying: [String: String]
    /// Those that go at once: nobody wants them, or another takes their place and they share an lsyncd.
    package let ending: [String]
    /// Those that nobody wants and that go once all others have started: by its host keys, which are not known before the
    /// run, a slave of it may be theirs, and then it takes their place.
    package let endingLast: [String]
    /// Those that go when the copy starts that takes their place, by their name: its name.
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

        var successors: [String: String] = [:]
        for name in others.keys.sorted() where isOurs(name) {
            guard let place = details[name]?.place else { continue }
            successors[name] =
                copies.first { copy in
                    guard chosen?.contains(copy.name) ?? true, let new = copy.place else { return false }
                    return place.isReached(as: new) && CopyPlace.overlap(place.target, new.target)
                }?.name
        }
        let isShared = { (name: String) in keepers[name] != name }
        let candidates = copies.filter { chosen?.contains($0.name) ?? true && wanted[$0.name] ?? $0.name == $0.name }
        let keysOfHosts = Dictionary(kept.map { ($0.place.host, $0.keys) }) { first, _ in first }
        let mayBeSucceeded = { (name: String) in
            guard let copy = details[name], !copy.keys.isEmpty, !isShared(name) else { return false }
            return candidates.contains { candidate in
                guard let new = candidate.place, CopyPlace.overlap(copy.place.target, new.target) else { return false }
                let keys = keysOfHosts[new.host] ?? []
                return keys.isEmpty || !Set(keys).isDisjoint(with: copy.keys)
            }
        }
        let isPruned = { (name: String) in prunes && isOurs(name) && successors[name] == nil }
        let isEndingLast = { (name: String) in isPruned(name) && mayBeSucceeded(name) }
        let isEnding = { (name: String) in
            successors[name].map { _ in isShared(name) } ?? (isPruned(name) && !mayBeSucceeded(name))
        }
        ending = others.keys.filter(isEnding).sorted()
        endingLast = others.keys.filter(isEndingLast).sorted()
        self.successors = successors.filter { !isShared($0.key) }
        let staying = others.filter { successors[$0.key] == nil && !isEnding($0.key) }
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

        let lasting = kept.filter { staying[$0.name] != nil || successors[$0.name] != nil || known[$0.name] != nil }
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
