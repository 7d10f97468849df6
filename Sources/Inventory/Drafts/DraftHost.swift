/// A host, or a range of hosts, as a person names it: `edge1`, `edge1=192.0.2.11`, `edge[1:9]=192.0.2.[11:19]:2222`.
package struct DraftHost: Sendable, Hashable {
    /// The name, still with its ranges.
    package let name: String
    /// The names that it stands for.
    package let names: [String]
    /// Where it is reached, still with its ranges; none where that is at its name.
    package private(set) var address: String?
    /// The SSH port, where one is given.
    package private(set) var port: Int?
    private var addresses: [String] = []

    /// Reads a name, with an address behind an equals sign if the host is not reached at its name.
    package init(parsing text: String) throws(DraftFault) {
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            throw DraftFault("a host's name and address hold no control characters")
        }
        let scalars = text.unicodeScalars
        let end = scalars.firstIndex(of: "=") ?? scalars.endIndex
        let word = HostAddress(String(scalars[..<end]))
        guard !word.name.isEmpty else { throw DraftFault("a host's name was expected", hint: Self.form) }
        name = word.name
        names = try Self.counted(word.name)
        port = word.port
        if end != scalars.endIndex { try reach(at: String(scalars[scalars.index(after: end)...])) }
    }

    /// Gives it an address: one for each name, where it stands for several.
    package mutating func reach(at text: String) throws(DraftFault) {
        guard !text.isEmpty else { throw DraftFault("an address was expected behind '='", hint: Self.form) }
        let word = HostAddress(Self.withoutBrackets(text))
        let counted = try Self.counted(word.name)
        guard counted.count == names.count else {
            throw DraftFault(
                "'\(name)' stands for \(Self.count(names, "host")), "
                    + "and '\(word.name)' for \(Self.count(counted, "address"))",
                hint: "write as many of one as of the other: \(Self.rangeForm)"
            )
        }
        if word.port != nil, port != nil { throw DraftFault("'\(name)' is given two ports", hint: Self.form) }
        // A name that is its own address needs no second one.
        address = word.name == name ? nil : word.name
        addresses = counted
        port = word.port ?? port
    }

    /// Its lines of an inventory: as the word of each, and what stands beside it.
    var lines: [(word: String, variables: [String])] {
        let beside = port.map { ["ansible_port=\($0)"] } ?? []
        guard address != nil else { return [(name, beside)] }
        return zip(names, addresses).map { name, address in
            (name, [InventoryQuoting.assignment("ansible_host", address)] + beside)
        }
    }

    private static let form = "write NAME or NAME=ADDRESS, such as edge1=192.0.2.11"
    private static let rangeForm = "edge[1:9]=192.0.2.[11:19]"

    private static func count(_ items: [String], _ noun: String) -> String {
        items.count == 1 ? "one \(noun)" : "\(items.count) \(noun)\(noun.hasSuffix("s") ? "es" : "s")"
    }

    private static func counted(_ pattern: String) throws(DraftFault) -> [String] {
        do throws(HostRange.Fault) {
            return try HostRange.names(in: pattern)
        } catch {
            throw DraftFault(error.message, hint: "ranges are [1:9], [01:50], [a:f] or [0:10:2]")
        }
    }

    /// An IPv6 address without the brackets that are only needed before a port.
    private static func withoutBrackets(_ text: String) -> String {
        guard text.hasPrefix("["), text.hasSuffix("]") else { return text }
        let inner = String(text.dropFirst().dropLast())
        return IPv6Address(inner) == nil ? text : inner
    }
}
