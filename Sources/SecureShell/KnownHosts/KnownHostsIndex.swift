/// The entries of known_hosts files, so kept that a host is found without a walk through all of them.
///
/// Plain names are looked up. A hashed name can only be tried, so hashed lines are looked up by the key that a host has
/// shown; all of them are tried for a host only where its key is on none of them.
struct KnownHostsIndex: Sendable {
    /// The entries that list plain names, by each of these.
    private var named: [String: [KnownHostsEntry]] = [:]
    /// The entries with wildcards.
    private(set) var wildcards: [KnownHostsEntry] = []
    /// The entries with a hashed name.
    private(set) var hashed: [KnownHostsEntry] = []
    /// Where the hashed entries with a key are, by its base64 text.
    private var hashedByKey: [String: [Int]] = [:]

    /// Which of the entries with hashed names are looked at.
    enum HashedEntries: Sendable, Hashable {
        /// None.
        case none
        /// Those with this key.
        case with(HostKey)
        /// Those that were added after the first so many.
        case after(Int)
        /// All.
        case all
    }

    /// Makes an index of nothing.
    init() {}

    /// Adds all entries of a file's text, or of its end; lines that are no entries are passed over.
    ///
    /// - Parameter linesBefore: how many lines of the file come before the text.
    mutating func add(text: String, file: String, linesBefore: Int = 0) {
        var line = linesBefore
        let newline = UInt8(ascii: "\n")
        for var content in text[...].utf8.split(separator: newline, omittingEmptySubsequences: false) {
            line += 1
            if content.last == UInt8(ascii: "\r") { content = content.dropLast() }
            if let entry = KnownHostsEntry(line: content, at: KnownHostsLocation(file: file, line: line)) {
                add(entry)
            }
        }
    }

    /// Adds one entry.
    mutating func add(_ entry: KnownHostsEntry) {
        switch entry.pattern {
        case .names(let names):
            for name in names where named[name]?.last != entry { named[name, default: []].append(entry) }
        case .wildcards: wildcards.append(entry)
        case .hashed:
            hashedByKey[entry.key, default: []].append(hashed.count)
            hashed.append(entry)
        }
    }

    /// The entries that speak of a host by this name.
    func entries(for name: String, hashed choice: HashedEntries = .all) -> [KnownHostsEntry] {
        let name = name.lowercased()
        let candidates =
            switch choice {
            case .none: [KnownHostsEntry]()
            case .with(let key): (hashedByKey[key.base64] ?? []).map { hashed[$0] }
            case .after(let count): Array(hashed.dropFirst(count))
            case .all: hashed
            }
        return (named[name] ?? []) + (wildcards + candidates).filter { $0.pattern.matches(name) }
    }

    /// What is known of a host, as far as the chosen entries tell.
    func knowledge(of host: HostNames, hashed choice: HashedEntries = .all) -> HostKnowledge {
        var knowledge = HostKnowledge()
        if choice == .all { knowledge.hashedTried = hashed.count }
        for name in host.trusted {
            let found = entries(for: name, hashed: choice)
            knowledge.revoked += found.filter { $0.marker == .revoked }
            knowledge.authorities += found.filter { $0.marker == .authority }
            // The address decides where it is known; the inventory's name speaks only for an address that is not.
            if knowledge.keys.isEmpty { knowledge.keys = found.filter { $0.marker == .none } }
        }
        if let portless = host.portless {
            let found = entries(for: portless, hashed: choice)
            knowledge.revoked += found.filter { $0.marker == .revoked }
            knowledge.keysOfOtherPort = found.filter { $0.marker == .none }
        }
        return knowledge
    }

    /// What is known of a host that has shown this key: all that there is, where less does not settle it.
    func knowledge(of host: HostNames, showing key: HostKey) -> HostKnowledge {
        let quick = knowledge(of: host, hashed: .with(key))
        if hashed.isEmpty || quick.isRevoked(key)
            || entries(for: host.recorded, hashed: .with(key)).contains(
                where: { $0.marker == .none && $0.has(key) }
            )
        {
            return quick
        }
        return knowledge(of: host)
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

    /// The names of the host that a connection leads to.
    init(_ destination: SSHDestination) {
        if let alias = destination.hostKeyRule.alias {
            self.init(alias: alias)
        } else {
            self.init(address: destination.address, port: destination.port, alias: destination.name)
        }
    }

    /// The name to record a new key by.
    var recorded: String { trusted[0] }
}
