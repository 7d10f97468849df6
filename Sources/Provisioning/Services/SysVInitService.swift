import RemoteHost

/// A service under System V's init, and whatever else starts its scripts.
struct SysVInitService: ScriptedService {
    let name: ServiceName

    init(_ name: ServiceName) {
        self.name = name
    }

    private var instance: String { name.instance.map { " " + shellQuoted($0) } ?? "" }

    static func isActive(unit: String, name: String, instance: String?) -> String {
        "/etc/init.d/\(name) status \(instance ?? "") >/dev/null 2>&1"
    }

    var isEnabled: String { "ls /etc/rc[2345].d/S??\(shellQuoted(name.name)) >/dev/null 2>&1" }

    var restart: String { "\(script) restart\(instance)\n\(isActive)" }

    var enable: String {
        let name = shellQuoted(name.name)
        return
            "if command -v update-rc.d >/dev/null; then update-rc.d \(name) defaults\nelse chkconfig --add \(name); fi"
    }

    var stop: String {
        // Our own script also ends what is left of a service that no longer counts as running.
        (name.instance == nil ? "! \(isActive) || " : "") + "\(script) stop\(instance)"
    }
}
