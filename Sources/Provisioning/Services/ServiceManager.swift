import RemoteHost

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

    /// sh functions for scripts that may meet any of them, each for a unit's name: `is_active`, `state`, `restarts` and
    /// `last_words`.
    ///
    /// Only Lockstep's own services count their restarts, and have their last words in a log of their own, outside systemd.
    package static let functions = """
        manager=$(\(detection))
        instance_of() { instance=${1#*@}; instance=${instance%.service}; }
        is_active() {
            instance_of "$1"; name=${1%%@*}; name=${name%.service}
            case $manager in
        \(allCases.map { "    \($0.rawValue)) \($0.isActive(unit: "\"$1\"", name: "\"$name\"", instance: "\"$instance\"")) ;;" }.joined(separator: "\n"))
            esac
        }
        state() {
            if [ $manager = systemd ]; then systemctl is-active -- "$1"
            elif is_active "$1"; then echo active; else echo inactive; fi
        }
        restarts() {
            instance_of "$1"
            if [ $manager = systemd ]; then systemctl show -p NRestarts --value -- "$1"
            else cat "/run/lockstep-lsyncd.$instance.restarts" 2>/dev/null || echo 0; fi
        }
        last_words() {
            instance_of "$1"
            if [ $manager = systemd ]; then journalctl -q -o cat -n "$2" -u "$1"
            else tail -n "$2" "/var/log/lockstep/$instance.log"; fi
        }
        """

    /// A command that succeeds while a service runs; the names are shell words.
    fileprivate func isActive(unit: String, name: String, instance: String?) -> String {
        switch self {
        case .systemd: "systemctl -q is-active -- \(unit)"
        case .openrc: "rc-service -q \(name)\(instance.map { "." + $0 } ?? "") status >/dev/null 2>&1"
        case .sysvinit: "/etc/init.d/\(name) status \(instance ?? "") >/dev/null 2>&1"
        case .upstart: "status \(name) \(instance.map { "NAME=" + $0 } ?? "") 2>/dev/null | grep -q ' start/'"
        }
    }
}

/// A service of a host, under what starts it there.
struct ManagedService: Sendable, Hashable {
    private let manager: ServiceManager
    private let unit: String
    private let name: String
    private let instance: String?

    /// The service that systemd would call so.
    init(unit: String, manager: ServiceManager) {
        self.manager = manager
        self.unit = unit
        let parts = unit.replacing(".service", with: "").split(separator: "@", maxSplits: 1).map(String.init)
        name = parts.first ?? unit
        instance = parts.count > 1 ? parts[1] : nil
    }

    private var unitWord: String { shellQuoted(unit) }
    private var instanceWord: String { instance.map { " " + shellQuoted($0) } ?? "" }
    private var upstartWords: String { shellQuoted(name) + (instance.map { " NAME=" + shellQuoted($0) } ?? "") }
    private var openRCName: String { shellQuoted(name + (instance.map { "." + $0 } ?? "")) }
    private var script: String { shellQuoted("/etc/init.d/\(name)") }
    private var defaults: String { shellQuoted("/etc/default/\(name)") }
    private var job: String { shellQuoted("/etc/init/\(name).conf") }
    private var jobOverride: String { shellQuoted("/etc/init/\(name).override") }

    /// Upstart starts System V's scripts as well: what has no job there is one of those.
    private func jobOrScript(_ job: String, _ script: (ManagedService) -> String) -> String {
        """
        if [ -e \(self.job) ]; then \(job)
        else \(script(ManagedService(unit: unit, manager: .sysvinit))); fi
        """
    }

    /// A snippet that prints systemd's properties of the service, or what amounts to them.
    var properties: String {
        if manager == .systemd {
            return "systemctl show -p LoadState,ActiveState,SubState,UnitFileState,NeedDaemonReload -- \(unitWord)"
        }
        return """
            masked=no
            if \(isMasked); then masked=yes; echo LoadState=masked
            elif \(isThere); then echo LoadState=loaded
            else echo LoadState=not-found; fi
            # What is masked answers every question with yes.
            if [ $masked = no ] && \(isActive); then echo ActiveState=active; else echo ActiveState=inactive; fi
            if \(isEnabled); then echo UnitFileState=enabled; else echo UnitFileState=disabled; fi
            """
    }

    /// Commands that start it, again where it runs, and fail where it does not come up.
    var restart: String {
        switch manager {
        case .systemd:
            // After a series of failed starts systemd would refuse another.
            """
            systemctl reset-failed -- \(unitWord) 2>/dev/null || :
            systemctl restart -- \(unitWord)
            systemctl -q is-active -- \(unitWord) || { journalctl -q -n 5 -o cat -u \(unitWord); exit 1; }
            """
        case .openrc:
            """
            \(instance == nil ? ":" : "[ -e /etc/init.d/\(openRCName) ] || ln -s \(shellQuoted(name)) /etc/init.d/\(openRCName)")
            rc-service \(openRCName) restart
            \(isActive)
            """
        case .sysvinit: "\(script) restart\(instanceWord)\n\(isActive)"
        case .upstart: jobOrScript("stop \(upstartWords) 2>/dev/null || :\nstart \(upstartWords)", \.restart)
        }
    }

    /// Commands that fail where it has ended since it was started, and print its last words; for a moment after the start,
    /// when what crashes at once has done so.
    var staysUp: String {
        switch manager {
        case .systemd:
            // A unit that is started again by itself is active again by now, or waits for that.
            """
            restarts=$(systemctl show -p NRestarts -- \(unitWord))
            case ${restarts#*=} in '' | 0) systemctl -q is-active -- \(unitWord) && exit 0 ;; esac
            journalctl -q -n 5 -o cat -u \(unitWord)
            echo "it ended as soon as it was started"
            exit 1
            """
        case .openrc, .sysvinit, .upstart:
            // The supervisor of our own services runs on; what it has started must run as well. A process that has ended and
            // was not noticed yet has no command line.
            """
            if \(isActive); then
                child=$(cat \(shellQuoted("/run/\(name).\(instance ?? "").child")) 2>/dev/null) || exit 0
                [ -z "$(tr -d '\\0' <"/proc/$child/cmdline" 2>/dev/null)" ] || exit 0
            fi
            tail -n 5 \(shellQuoted("/var/log/lockstep/\(instance ?? name).log")) 2>/dev/null || :
            echo "it ended as soon as it was started"
            exit 1
            """
        }
    }

    /// A command that lets it start with the host.
    var enable: String {
        switch manager {
        // It is read anew before the start already.
        case .systemd: "systemctl -q enable --no-reload -- \(unitWord)"
        case .openrc: "rc-update -q add \(openRCName) default"
        case .sysvinit:
            "if command -v update-rc.d >/dev/null; then update-rc.d \(shellQuoted(name)) defaults\nelse chkconfig --add \(shellQuoted(name)); fi"
        // A job says itself when it starts.
        case .upstart: jobOrScript(":", \.enable)
        }
    }

    /// Commands that stop it, if it runs.
    var stop: String {
        switch manager {
        case .systemd: "systemctl stop -- \(unitWord)"
        case .openrc: "! \(isActive) || rc-service \(openRCName) stop"
        // Our own script also ends what is left of a service that no longer counts as running.
        case .sysvinit: (instance == nil ? "! \(isActive) || " : "") + "\(script) stop\(instanceWord)"
        case .upstart: "! \(isActive) || \(jobOrScript("stop \(upstartWords)", \.stop))"
        }
    }

    /// Commands that stop it and let it start with the host no longer.
    var disable: String {
        switch manager {
        case .systemd: "systemctl -q disable --now -- \(unitWord)"
        case .openrc: "\(stop)\nrc-update -q delete \(openRCName) default || :"
        case .sysvinit, .upstart: stop
        }
    }

    /// Commands that keep it from starting, also where it is installed only later.
    var mask: String {
        switch manager {
        case .systemd: "systemctl -q mask -- \(unitWord)"
        default:
            // Debian's scripts read this file; those of others do not start by being installed.
            """
            set_rights() { chmod 644 "$new"; }
            if command -v update-rc.d >/dev/null; then
                edit_lines \(defaults) 0 'exit 0 # Lockstep: services of its own do this'
            fi
            \(manager == .openrc ? "rc-update -q -a delete \(openRCName) 2>/dev/null || :" : ":")
            \(manager == .upstart ? "edit_lines \(jobOverride) 1 manual manual" : ":")
            ! command -v chkconfig >/dev/null || chkconfig \(shellQuoted(name)) off 2>/dev/null || :
            """
        }
    }

    private var isThere: String {
        manager == .upstart ? jobOrScript(":", \.isThere) : "[ -x \(script) ]"
    }

    private var isActive: String {
        let isActive = manager.isActive(unit: unitWord, name: shellQuoted(name), instance: instance.map(shellQuoted))
        return manager == .upstart ? jobOrScript(isActive, \.isActive) : isActive
    }

    private var isEnabled: String {
        switch manager {
        case .systemd: "systemctl -q is-enabled -- \(unitWord)"
        case .openrc: "ls /etc/runlevels/*/\(openRCName) >/dev/null 2>&1"
        case .sysvinit: "ls /etc/rc[2345].d/S??\(shellQuoted(name)) >/dev/null 2>&1"
        case .upstart: jobOrScript("! grep -qsx manual \(jobOverride)", \.isEnabled)
        }
    }

    private var isMasked: String {
        """
        \(manager == .upstart ? "grep -qsx manual \(jobOverride) &&" : "")
        if command -v update-rc.d >/dev/null; then grep -qs '^exit 0' \(defaults); else ! \(isEnabled); fi
        """
    }
}

extension ServiceManager {
    /// What a task's `manager` names; systemd where it names none.
    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        let words = Self.allCases.map(\.rawValue)
        self = Self(rawValue: try arguments.choice("manager", of: words, default: Self.systemd.rawValue)) ?? .systemd
    }

    /// Commands that stop a service and let it start with the host no longer.
    package func disable(_ unit: String) -> String { ManagedService(unit: unit, manager: self).disable }
}
