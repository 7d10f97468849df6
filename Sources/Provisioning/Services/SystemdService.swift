import RemoteHost

/// A service under systemd.
struct SystemdService: ManagedService {
    let name: ServiceName

    init(_ name: ServiceName) {
        self.name = name
    }

    private var unit: String { shellQuoted(name.unit) }

    static func isActive(unit: String, name: String, instance: String?) -> String {
        "systemctl -q is-active -- \(unit)"
    }

    static func properties(of services: [ServiceName]) -> String {
        let properties = "LoadState,ActiveState,SubState,UnitFileState,NeedDaemonReload"
        let units = services.map { shellQuoted($0.unit) }.joined(separator: " ")
        return "echo 'manager systemd'\nsystemctl show -p \(properties) -- \(units)"
    }

    var restart: String {
        // After a series of failed starts systemd would refuse another.
        """
        systemctl reset-failed -- \(unit) 2>/dev/null || :
        systemctl restart -- \(unit)
        systemctl -q is-active -- \(unit) || { journalctl -q -n 5 -o cat -u \(unit); exit 1; }
        """
    }

    var staysUp: String {
        // A unit that is started again by itself is active again by now, or waits for that.
        """
        restarts=$(systemctl show -p NRestarts -- \(unit))
        case ${restarts#*=} in '' | 0) systemctl -q is-active -- \(unit) && exit 0 ;; esac
        journalctl -q -n 5 -o cat -u \(unit)
        echo "it ended as soon as it was started"
        exit 1
        """
    }

    // It is read anew before the start already.
    var enable: String { "systemctl -q enable --no-reload -- \(unit)" }

    var stop: String { "systemctl stop -- \(unit)" }

    var disable: String { "systemctl -q disable --now -- \(unit)" }

    var mask: String { "systemctl -q mask -- \(unit)" }
}
