package import Playbooks
package import RemoteHost

/// A host as a run sees it.
package struct RunHost: Sendable, Hashable {
    /// What playbooks may refer to: name, role, variables.
    package var host: PlaybookHost
    /// The rights that scripts run with there.
    package var privilege: Privilege

    /// Makes a host.
    package init(_ host: PlaybookHost, privilege: Privilege) {
        self.host = host
        self.privilege = privilege
    }

    /// The name in the inventory.
    package var name: String { host.name }
    /// Whether it is the master.
    package var isMaster: Bool { host.isMaster }
}

/// How long the parts of a run may take on one host.
package struct RunDeadlines: Sendable, Hashable {
    /// Looking at the host.
    package var probe: Duration
    /// One change; packages may have to be fetched.
    package var change: Duration
    /// The first full pass to a slave, before a canary is sent there.
    package var firstPass: Duration
    /// A canary's step, from being written to being seen.
    package var canaryStep: Duration

    /// Makes deadlines.
    package init(
        probe: Duration = .seconds(60),
        change: Duration = .seconds(900),
        firstPass: Duration = .seconds(3600),
        canaryStep: Duration = .seconds(10)
    ) {
        self.probe = probe
        self.change = change
        self.firstPass = firstPass
        self.canaryStep = canaryStep
    }
}
