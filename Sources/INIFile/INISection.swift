/// A title in brackets and the lines below it.
package struct INISection: Sendable, Hashable {
    /// The text between the brackets, without blanks at its ends.
    package var title: String
    /// Where the opening bracket stands.
    package var position: SourcePosition
    /// Where the title's text begins.
    package var titlePosition: SourcePosition
    /// The lines below, without comments.
    package var lines: [INILine]
}

/// A name that stands twice where it may stand once.
package struct INIDuplicate: Sendable, Hashable {
    /// The key or title.
    package var name: String
    /// Where it stands first.
    package var first: SourcePosition
    /// Where it stands again.
    package var second: SourcePosition

    /// Makes a duplicate.
    package init(name: String, first: SourcePosition, second: SourcePosition) {
        self.name = name
        self.first = first
        self.second = second
    }
}

extension Sequence<INIEntry> {
    /// The keys that stand more than once, each repetition with the place of the first.
    package var duplicateKeys: [INIDuplicate] { duplicates(in: map { ($0.key, $0.keyPosition) }) }
}

/// The names that stand more than once, each repetition with the place of the first.
func duplicates(in names: [(String, SourcePosition)]) -> [INIDuplicate] {
    var firsts: [String: SourcePosition] = [:]
    var duplicates: [INIDuplicate] = []
    for (name, position) in names {
        if let first = firsts[name] {
            duplicates.append(INIDuplicate(name: name, first: first, second: position))
        } else {
            firsts[name] = position
        }
    }
    return duplicates
}
