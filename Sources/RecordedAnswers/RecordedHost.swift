package import Provisioning

/// A host whose answers are recorded: one of a system, in a state.
package struct RecordedHost: Sendable, Hashable {
    /// Which system the host has.
    package var system: System
    /// What was done there before it was asked.
    package var state: State

    package init(_ system: System, _ state: State) {
        (self.system, self.state) = (system, state)
    }

    /// What a host's answers depend on.
    package enum System: String, Sendable, Hashable, CaseIterable {
        /// Debian 11 with systemd.
        case debian11 = "debian-11"
        /// Debian 12 with systemd.
        case debian12 = "debian-12"
        /// Debian 13 with systemd.
        case debian13 = "debian-13"
        /// Debian 12 with System V's init.
        case sysvinit
        /// Debian 12 with OpenRC.
        case openrc
        /// The same host, with BusyBox for every tool that it has: the shell, `stat`, `grep`, `sed` and so on.
        case busybox

        /// What starts the host's services.
        package var manager: ServiceManager {
            switch self {
            case .debian11, .debian12, .debian13: .systemd
            case .sysvinit: .sysvinit
            case .openrc, .busybox: .openrc
            }
        }

        /// The states in which a host of the system is asked. Other inits are on the master only, and what a user without
        /// rights may not see depends on the tools alone.
        package var states: [State] {
            switch self {
            case .debian12: [.bare, .user, .master, .slave]
            case .debian11, .debian13: [.bare, .master, .slave]
            case .sysvinit, .openrc: [.bare, .master]
            case .busybox: [.bare, .user, .master]
            }
        }
    }

    /// What was done on a host.
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// Nothing: Lockstep has never been there.
        case bare
        /// Nothing, and a user without rights is who asks.
        case user
        /// It was set up as a master with two copies.
        case master
        /// It was set up as a slave.
        case slave
    }

    /// What the host is asked.
    package var facts: FactSet { RecordedQuestion.facts(under: system.manager) }
}
