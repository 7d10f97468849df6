/// What tells the fleets of one master apart: the word that the inventory gives its fleet, or else what it mirrors.
package struct FleetIdentity: Sendable, Hashable {
    /// The master's setting `fleet`; none where the inventory has none.
    package var word: String?
    /// The directories that the fleet mirrors.
    package var sources: Set<String>

    /// Makes an identity; an empty word is none.
    package init(word: String?, sources: some Sequence<String>) {
        self.word = word.flatMap { $0.isEmpty ? nil : $0 }
        self.sources = Set(sources)
    }

    /// Whether both are one fleet: they have the same word, or neither has one and they share a source.
    package func isSame(as other: FleetIdentity) -> Bool {
        switch (word, other.word) {
        case (let word?, let other?): word == other
        case (nil, nil): !sources.isDisjoint(with: other.sources)
        default: false
        }
    }

    /// The fleet in a few words.
    package var text: String {
        word.map { "the fleet '\($0)'" } ?? "the inventory that mirrors \(sources.sorted().joined(separator: ", "))"
    }
}
