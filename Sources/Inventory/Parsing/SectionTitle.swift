/// The title of an inventory's section: a group, and what of it the lines say.
struct SectionTitle {
    /// The group's name.
    var group: String
    /// What the lines are.
    var kind: Kind

    /// What the lines of a section are.
    enum Kind: String, CaseIterable {
        /// Hosts with their variables.
        case hosts
        /// Names of groups that belong to this one.
        case children
        /// Variables of the group.
        case vars
    }

    /// Why a title is not one, and the offset of the fault in characters.
    enum Fault: Error {
        /// Blanks or colons where a name should be.
        case badName(offset: Int)
        /// A word after the colon that is no kind.
        case unknownKind(String, offset: Int)
    }

    /// Reads `group`, `group:vars`, `group:children` or `group:hosts`.
    init(parsing title: String) throws(Fault) {
        let scalars = title.unicodeScalars
        let name = scalars.prefix { $0 != ":" && !$0.properties.isWhitespace }
        let nameLength = scalars.distance(from: scalars.startIndex, to: name.endIndex)
        guard !name.isEmpty else { throw .badName(offset: 0) }
        group = String(name)
        kind = .hosts
        guard name.endIndex < scalars.endIndex else { return }
        guard scalars[name.endIndex] == ":" else { throw .badName(offset: nameLength) }
        let word = String(scalars[scalars.index(after: name.endIndex)...])
        guard let kind = Kind(rawValue: word) else { throw .unknownKind(word, offset: nameLength + 1) }
        self.kind = kind
    }
}
