/// The facts that are asked of one host, those of a kind together, in the order in which kinds and facts are first named.
package struct FactSet: Sendable {
    private var groups: [any Kind] = []
    private var places: [ObjectIdentifier: Int] = [:]

    /// Makes a set of some facts.
    package init(_ facts: any Fact...) {
        for fact in facts { insert(fact) }
    }

    /// Adds a fact, unless it is there.
    package mutating func insert<F: Fact>(_ fact: F) {
        adopt(FactsOfKind(facts: [fact]))
    }

    /// Adds all facts of another set.
    package mutating func formUnion(_ other: FactSet) {
        for kind in other.groups { kind.join(&self) }
    }

    /// Whether nothing is asked.
    package var isEmpty: Bool { groups.isEmpty }

    /// The words for the kinds of its facts, each once.
    package var kinds: [String] {
        var words: [String] = []
        for kind in groups where !words.contains(kind.word) { words.append(kind.word) }
        return words
    }

    /// The facts of some kinds only.
    package func limited(to kinds: Set<String>) -> FactSet {
        var limited = FactSet()
        for kind in groups where kinds.contains(kind.word) { kind.join(&limited) }
        return limited
    }

    /// The snippets that answer the facts, with the word for the kind of each.
    package var snippets: [(kind: String, script: String)] {
        groups.flatMap { kind in kind.scripts.map { (kind.word, $0) } }
    }

    /// What the host answered, by the snippets' places, beside what it has answered earlier.
    package func facts(in outputs: [Int: ProbeOutput], beside earlier: Facts = Facts()) -> Facts {
        var facts = earlier
        var place = 0
        for kind in groups {
            let next = place + kind.scriptCount
            kind.read((place..<next).map { outputs[$0] }, into: &facts)
            place = next
        }
        return facts
    }

    /// What people are told of each fact, given all that a host has answered. What several facts say alike is told once.
    package func answers(in facts: Facts) -> [FactAnswer] {
        var told: Set<FactAnswer> = []
        return groups.flatMap { $0.answers(in: facts) }.filter { told.insert($0).inserted }
    }

    fileprivate mutating func adopt<F: Fact>(_ added: FactsOfKind<F>) {
        let place = places[ObjectIdentifier(F.self)] ?? groups.count
        if place == groups.count {
            places[ObjectIdentifier(F.self)] = place
            groups.append(FactsOfKind<F>(facts: []))
        }
        guard var present = groups[place] as? FactsOfKind<F> else { return }
        // The set gives its own copy away while that grows.
        groups[place] = FactsOfKind<F>(facts: [])
        for fact in added.facts { present.insert(fact) }
        groups[place] = present
    }

    /// The facts of one kind, whichever that is.
    fileprivate protocol Kind: Sendable {
        var word: String { get }
        var scripts: [String] { get }
        var scriptCount: Int { get }
        func join(_ set: inout FactSet)
        func read(_ outputs: [ProbeOutput?], into facts: inout Facts)
        func answers(in facts: Facts) -> [FactAnswer]
    }

    fileprivate struct FactsOfKind<F: Fact>: Kind {
        private(set) var facts: [F]
        private var known: Set<F>

        init(facts: [F]) {
            self.facts = facts
            known = Set(facts)
        }

        mutating func insert(_ fact: F) {
            if known.insert(fact).inserted { facts.append(fact) }
        }

        var word: String { F.kind }
        var scripts: [String] { F.scripts(asking: facts) }
        var scriptCount: Int { F.scriptCount(asking: facts) }
        func join(_ set: inout FactSet) { set.adopt(self) }
        func read(_ outputs: [ProbeOutput?], into answers: inout Facts) {
            answers.add(F.values(of: facts, in: outputs))
        }
        func answers(in answers: Facts) -> [FactAnswer] {
            facts.map { fact in
                let value = Result { () throws(PlanError) in F.shown(try answers.value(of: fact)) }
                return FactAnswer(kind: F.kind, subject: fact.subject, value: value)
            }
        }
    }
}
