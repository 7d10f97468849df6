/// Patterns of names, each with wildcards or an exclamation mark that takes names out again.
struct PatternList: Sendable, Hashable {
    private let patterns: [HostPattern.Wildcard]

    /// Takes words; each is one pattern.
    init(words: [String]) {
        patterns = words.map {
            $0.hasPrefix("!")
                ? HostPattern.Wildcard(text: String($0.dropFirst()), excludes: true)
                : HostPattern.Wildcard(text: $0, excludes: false)
        }
    }

    /// Cuts a text at its commas.
    init(text: String) {
        self.init(words: text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) })
    }

    /// Whether a pattern fits a name, and none takes it out.
    func matches(_ name: String) -> Bool {
        let hits = patterns.filter { $0.matches(name) }
        return !hits.isEmpty && hits.allSatisfy { !$0.excludes }
    }
}
