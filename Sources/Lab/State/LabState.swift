/// What a lab remembers of itself between two calls; whatever is in here, the lab made.
struct LabState: Sendable, Hashable, Codable {
    /// A random name; containers and the network carry it.
    var id: String
    /// `podman` or `docker`.
    var engine: EngineKind
    /// The image that the request named.
    var requestedImage: String?
    /// The image that the hosts are made of.
    var image: String
    /// The network's range.
    var subnet: Subnet
    /// The inventory's absolute path.
    var inventory: String
    /// The folders that were made for the inventory, outermost first.
    var madeFolders: [String]
    /// Whether the hosts have a way to the outside.
    var outside: LabRequest.Outside
    /// The master first, then the slaves.
    var hosts: [Host]

    /// A host as planned.
    struct Host: Sendable, Hashable, Codable {
        /// Its name in the inventory.
        var name: String
        /// Its address on the lab's network.
        var address: String
        /// Whether it was up once, so that a run that was killed half-way can be told from one that ended.
        var wasUp: Bool
    }

    /// The name of the lab's network.
    var network: String { "lockstep-\(id)" }

    /// The name of a host's container.
    func containerName(of host: String) -> String { "lockstep-\(id)-\(host)" }

    /// The number of slaves.
    var slaves: Int { hosts.count - 1 }

    /// The names of a lab's hosts, the master first.
    static func hostNames(slaves: Int) -> [String] {
        ["master"] + (0..<slaves).map { "edge\($0 + 1)" }
    }
}
