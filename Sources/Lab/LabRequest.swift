package import SystemPackage

/// The lab that is wanted.
package struct LabRequest: Sendable, Hashable {
    /// How many slaves there shall be beside the master.
    package var slaves: Int
    /// The image to build upon; nil for Debian 12, from a registry or from the mirror that this machine's apt uses.
    package var image: String?
    /// Which engine runs the containers.
    package var engine: EngineChoice
    /// Where the inventory is written.
    package var inventory: FilePath
    /// Whether the hosts have a way to the outside. Without one they reach each other and this machine only.
    package var outside: Outside

    /// Which engine runs the containers.
    package enum EngineChoice: String, Sendable, Hashable, CaseIterable {
        /// Whichever answers, podman first.
        case auto
        /// Podman only.
        case podman
        /// Docker only.
        case docker
    }

    /// Whether the hosts have a way to the outside.
    package enum Outside: String, Sendable, Hashable, Codable {
        /// Through this machine, as an engine does it by default.
        case reachable
        /// None: no default route.
        case unreachable
    }

    /// The most slaves that fit in a lab's subnet.
    package static let mostSlaves = 1000

    /// Makes a request; the inventory is `inventory/lab.ini` below the working directory unless said otherwise.
    package init(
        slaves: Int,
        image: String? = nil,
        engine: EngineChoice = .auto,
        inventory: FilePath = "inventory/lab.ini",
        outside: Outside = .reachable
    ) {
        self.slaves = slaves
        self.image = image
        self.engine = engine
        self.inventory = inventory
        self.outside = outside
    }
}
