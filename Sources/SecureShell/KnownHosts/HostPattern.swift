/// The first field of a known_hosts line: which hosts the line speaks of.
enum HostPattern: Sendable, Hashable {
    /// These names and no others, in lower case.
    case names([String])
    /// Names with wildcards or exclusions, in lower case, in the order of the line.
    case wildcards([Wildcard])
    /// One name, of which only a hash is kept.
    case hashed(HashedName)

    /// One word of a list with wildcards.
    struct Wildcard: Sendable, Hashable {
        /// The text, where `*` is any text and `?` any one byte.
        var text: String
        /// Whether a match takes the host out.
        var excludes: Bool
    }

    /// Reads the field; `nil` where a hashed name is malformed or of an unknown kind.
    init?(field: Substring) {
        if field.utf8.first == UInt8(ascii: "|") {
            guard let name = HashedName(field) else { return nil }
            self = .hashed(name)
            return
        }
        let words = field.split(separator: ",").map { $0.lowercased() }
        guard !words.isEmpty else { return nil }
        if field.utf8.contains(where: { "!*?".utf8.contains($0) }) {
            self = .wildcards(
                words.map { word in
                    word.hasPrefix("!")
                        ? Wildcard(text: String(word.dropFirst()), excludes: true)
                        : Wildcard(text: word, excludes: false)
                }
            )
        } else {
            self = .names(words)
        }
    }

    /// Whether the line speaks of a host by this name, given in lower case.
    func matches(_ name: String) -> Bool {
        switch self {
        case .names(let names):
            return names.contains(name)
        case .wildcards(let words):
            let hits = words.filter { $0.matches(name) }
            return !hits.isEmpty && hits.allSatisfy { !$0.excludes }
        case .hashed(let hash):
            return hash.matches(name)
        }
    }
}

extension HostPattern.Wildcard {
    /// Whether a name fits the text, by bytes.
    func matches(_ name: String) -> Bool {
        let pattern = Array(text.utf8)
        let bytes = Array(name.utf8)
        var patternIndex = 0
        var index = 0
        // Where to go back to when the text after the last star does not fit: only the last star needs another try.
        var retry: (pattern: Int, index: Int)?
        while index < bytes.count {
            if patternIndex < pattern.count, pattern[patternIndex] == UInt8(ascii: "*") {
                patternIndex += 1
                retry = (patternIndex, index)
            } else if patternIndex < pattern.count,
                pattern[patternIndex] == UInt8(ascii: "?") || pattern[patternIndex] == bytes[index]
            {
                patternIndex += 1
                index += 1
            } else if let (lastPattern, lastIndex) = retry {
                patternIndex = lastPattern
                index = lastIndex + 1
                retry = (lastPattern, index)
            } else {
                return false
            }
        }
        return pattern[patternIndex...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
