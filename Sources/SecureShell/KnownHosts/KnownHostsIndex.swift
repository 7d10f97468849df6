/// The entries of known_hosts files, so kept that a plain name is found without a walk through all of them.
struct KnownHostsIndex: Sendable {
    /// The entries that list plain names, by each of these.
    private var named: [String: [KnownHostsEntry]] = [:]
    /// The entries of hashed names and wildcards.
    private(set) var triedOneByOne: [KnownHostsEntry] = []

    /// Makes an index of nothing.
    init() {}

    /// Adds all entries of a file's text; lines that are no entries are passed over.
    mutating func add(text: String, file: String) {
        var line = 0
        // To Swift, "\r\n" is one character, and another than "\n".
        for content in text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" }) {
            line += 1
            if let entry = KnownHostsEntry(line: content, at: KnownHostsLocation(file: file, line: line)) {
                add(entry)
            }
        }
    }

    /// Adds one entry.
    mutating func add(_ entry: KnownHostsEntry) {
        if case .names(let names) = entry.pattern {
            for name in Set(names) { named[name, default: []].append(entry) }
        } else {
            triedOneByOne.append(entry)
        }
    }

    /// All entries that speak of a host by this name.
    func entries(for name: String) -> [KnownHostsEntry] {
        let name = name.lowercased()
        return (named[name] ?? []) + triedOneByOne.filter { $0.pattern.matches(name) }
    }

    /// What is known of a host.
    func knowledge(of host: HostNames) -> HostKnowledge {
        var knowledge = HostKnowledge()
        for name in host.trusted {
            let found = entries(for: name)
            knowledge.revoked += found.filter { $0.marker == .revoked }
            knowledge.authorities += found.filter { $0.marker == .authority }
            // The address decides where it is known; the inventory's name speaks only for an address that is not.
            if knowledge.keys.isEmpty { knowledge.keys = found.filter { $0.marker == .none } }
        }
        if let portless = host.portless {
            let found = entries(for: portless)
            knowledge.revoked += found.filter { $0.marker == .revoked }
            knowledge.keysOfOtherPort = found.filter { $0.marker == .none }
        }
        return knowledge
    }
}

/// The names by which a host may stand in known_hosts.
struct HostNames: Sendable, Hashable {
    /// The names that stand for this very host, the one to be recorded first.
    var trusted: [String]
    /// The address alone, where the port is another than 22.
    var portless: String?

    /// The name of a host that goes by an alias in known_hosts, on whatever port.
    init(alias: String) {
        trusted = [alias]
    }

    /// The names of a host, by its address and its name in the inventory.
    init(address: String, port: Int, alias: String) {
        let withPort = { (name: String) in port == 22 ? name : "[\(name)]:\(port)" }
        trusted = [withPort(address)]
        if alias != address { trusted.append(withPort(alias)) }
        if alias != address, port != 22 { trusted.append(alias) }
        portless = port == 22 ? nil : address
    }

    /// The name to record a new key by.
    var recorded: String { trusted[0] }
}
