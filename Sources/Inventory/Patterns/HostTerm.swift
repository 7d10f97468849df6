import INIFile

/// One part of a host pattern: a name, a wildcard or a regular expression, and what it does to the sum.
struct HostTerm: Sendable, Hashable {
    /// What the part does.
    enum Role: Sendable, Hashable {
        /// Its hosts are added.
        case sum
        /// Only its hosts are kept (`&`).
        case intersection
        /// Its hosts are left out (`!`).
        case exclusion
    }

    /// What the part does.
    let role: Role
    /// The part without its sign.
    private let text: String
    /// The part without its sign and its subscript.
    private let expression: String
    /// The places of the hosts that are taken, `group[0:2]`; a negative one counts from the end.
    private let subscripts: Subscript?

    private struct Subscript: Hashable {
        var first: Int
        /// The last place, it included; none when only the first is meant.
        var last: Int?
        var isOpen: Bool
    }

    /// Reads one part.
    init(parsing piece: String, in pattern: String) throws(HostPatternError) {
        var text = piece[...]
        switch text.first {
        case "!": role = .exclusion
        case "&": role = .intersection
        default: role = .sum
        }
        if role != .sum { text = text.dropFirst() }
        guard !text.isEmpty else {
            let message = "has a \(quoted(piece)) without a name behind it"
            throw HostPatternError(.malformed, pattern: pattern, message, hint: "write for example slaves:!edge3")
        }
        if text.hasPrefix("@") {
            let message = "has a part that begins with '@'; patterns are read from files in --limit and --hosts only"
            throw HostPatternError(.malformed, pattern: pattern, message, hint: "write the names, with commas between")
        }
        if text.hasPrefix("~") {
            guard (try? Regex(String(text.dropFirst()))) != nil else {
                let message = "has a part that is not a regular expression: \(quoted(String(text.dropFirst())))"
                throw HostPatternError(.malformed, pattern: pattern, message)
            }
        }
        let (expression, subscripts) = text.hasPrefix("~") ? (text, nil) : HostTerm.cutSubscript(text)
        self.text = String(text)
        self.expression = String(expression)
        self.subscripts = subscripts
    }

    /// The hosts that the part means, as indices.
    func matches(in inventory: Inventory, of pattern: String) throws(HostPatternError) -> [Int] {
        if let names = try rangeNames(in: inventory, of: pattern) {
            var matches: [Int] = []
            for name in names { matches += try namedMatches(name, in: inventory, of: pattern) }
            return matches
        }
        let isWildcard = !isPlace && inventory.groupIndices[expression] == nil && !Wildcard.isOne(expression)
        guard let subscripts, !isWildcard else { return try matches(of: text, in: inventory, of: pattern) }
        let all = try matches(of: expression, in: inventory, of: pattern)
        let last = subscripts.isOpen ? all.count - 1 : subscripts.last ?? subscripts.first
        let (low, high) = (absolute(subscripts.first, all.count), absolute(last, all.count))
        guard low >= 0, low < all.count, low <= high else {
            let message = "takes places of \(quoted(expression)) that do not exist: it has \(all.count) hosts"
            throw HostPatternError(.noHost, pattern: pattern, message, hint: "the first place is 0")
        }
        return Array(all[low...min(high, all.count - 1)])
    }

    /// Cuts `name[3]`, `name[1:3]` and `name[1:]`; anything else in brackets belongs to the name.
    private static func cutSubscript(_ text: Substring) -> (Substring, Subscript?) {
        guard text.last == "]", let open = text.lastIndex(of: "["), open > text.startIndex else { return (text, nil) }
        let name = text[..<open]
        let bounds = text[text.index(after: open)...].dropLast()
            .split(separator: ":", omittingEmptySubsequences: false)
        guard let first = Int(bounds[0]), bounds[0].first != "+" else { return (text, nil) }
        switch bounds.count {
        // One place of a group, or letters of a wildcard: that is known once the groups are.
        case 1: return (name, Subscript(first: first, last: nil, isOpen: false))
        case 2 where first >= 0 && bounds[1].isEmpty: return (name, Subscript(first: first, last: nil, isOpen: true))
        case 2:
            guard first >= 0, let last = Int(bounds[1]), last >= 0 else { return (text, nil) }
            return (name, Subscript(first: first, last: last, isOpen: false))
        default: return (text, nil)
        }
    }

    private func absolute(_ place: Int, _ count: Int) -> Int { place < 0 ? count + place : place }

    /// The names of a range in the inventory's own spelling, `edge[01:03]`; none when the brackets mean places of a
    /// group or letters of a wildcard.
    private func rangeNames(in inventory: Inventory, of pattern: String) throws(HostPatternError) -> [String]? {
        guard text.contains("["), text.contains(":"), HostAddress.isHost(text) else { return nil }
        guard subscripts == nil || inventory.groupIndices[expression] == nil else { return nil }
        do throws(HostRange.Fault) {
            return try HostRange.names(in: text)
        } catch {
            throw HostPatternError(.malformed, pattern: pattern, "has a range that is none: \(error.message)")
        }
    }

    private func namedMatches(
        _ name: String,
        in inventory: Inventory,
        of pattern: String
    ) throws(HostPatternError) -> [Int] {
        if let group = inventory.groupIndices[name] { return inventory.members(of: group) }
        if let host = inventory.hostIndices[name] { return [host] }
        throw unknown(name, in: inventory, of: pattern)
    }

    /// Whether the subscript can be nothing but places: a wildcard's letters have no colon and no sign.
    private var isPlace: Bool { subscripts.map { $0.last != nil || $0.isOpen || $0.first < 0 } ?? false }

    private func matches(
        of name: String,
        in inventory: Inventory,
        of pattern: String
    ) throws(HostPatternError) -> [Int] {
        let isMatch: (String) -> Bool
        if name.hasPrefix("~"), let regex = try? Regex(String(name.dropFirst())) {
            isMatch = { $0.prefixMatch(of: regex) != nil }
        } else if !Wildcard.isOne(name) {
            return try namedMatches(name, in: inventory, of: pattern)
        } else {
            let wildcard = Wildcard(name)
            isMatch = { wildcard.matches($0) }
        }
        // A wildcard never means all or ungrouped: it would match more than a reader expects.
        let groups = inventory.groups.indices.dropFirst(2).filter { isMatch(inventory.groups[$0].name) }
        let hosts = inventory.hosts.indices.filter { isMatch(inventory.hosts[$0].name) }
        let isKnown = !groups.isEmpty || !hosts.isEmpty || name == "*"
        guard isKnown else { throw unknown(name, in: inventory, of: pattern) }
        var seen: Set<Int> = []
        return (groups.flatMap { inventory.members(of: $0) } + hosts).filter { seen.insert($0).inserted }
    }

    private func unknown(_ name: String, in inventory: Inventory, of pattern: String) -> HostPatternError {
        let names = inventory.groups.map(\.name) + inventory.hosts.map(\.name)
        let near = nearestName(to: name, among: names).map { "did you mean '\($0)'?" }
        let message = "names \(quoted(name)), which is neither a host nor a group of the inventory"
        let hint = near ?? "lockstep inventory --graph shows the groups and their hosts"
        return HostPatternError(.unknownName, pattern: pattern, message, hint: hint)
    }
}
