/// What starts the services of a host, and the words that it takes.
///
/// Services are named as systemd names them, `NAME.service` or `NAME@INSTANCE.service`. Elsewhere `NAME` is a script or a
/// job, and `INSTANCE` what it is called with; under OpenRC a link to the script, `NAME.INSTANCE`.
package enum ServiceManager: String, Sendable, Hashable, CaseIterable {
    /// systemd.
    case systemd
    /// OpenRC, as of Alpine and Gentoo.
    case openrc
    /// System V's init, and whatever else starts its scripts.
    case sysvinit
    /// Upstart.
    case upstart

    /// A command that prints which of them runs a host.
    package static let detection = """
        if [ -d /run/systemd/system ]; then echo systemd
        elif [ -d /run/openrc ]; then echo openrc
        elif initctl version 2>/dev/null | grep -q upstart; then echo upstart
        else echo sysvinit; fi
        """

    /// What scripts begin with that may meet any of them: `manager` is the one that they meet, and `is_active UNIT` succeeds
    /// while a service runs.
    package static let functions = """
        manager=$(\(detection))
        is_active() {
            instance=${1#*@}; instance=${instance%.service}; name=${1%%@*}; name=${name%.service}
            case $manager in
        \(allCases.map { "    \($0.rawValue)) \($0.services.isActive(unit: "\"$1\"", name: "\"$name\"", instance: "\"$instance\"")) ;;" }.joined(separator: "\n"))
            esac
        }
        """

    /// The services that it starts, and the commands that it takes for them.
    private var services: any ManagedService.Type {
        switch self {
        case .systemd: SystemdService.self
        case .openrc: OpenRCService.self
        case .sysvinit: SysVInitService.self
        case .upstart: UpstartService.self
        }
    }

    /// The service that systemd would call so.
    func service(_ unit: String) -> any ManagedService { services.init(ServiceName(unit: unit)) }

    /// A snippet that prints systemd's properties of services, or what amounts to them, as `ServiceFact` reads it.
    func properties(of units: [String]) -> String { services.properties(of: units.map { ServiceName(unit: $0) }) }
}

extension ServiceManager {
    /// What a task's `manager` names; systemd where it names none.
    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        let words = Self.allCases.map(\.rawValue)
        self = Self(rawValue: try arguments.choice("manager", of: words, default: Self.systemd.rawValue)) ?? .systemd
    }

    /// Commands that stop a service and let it start with the host no longer.
    package func disable(_ unit: String) -> String { service(unit).disable }
}
