import RemoteHost

/// A service under OpenRC: a script, or a link to one whose name ends in what the script is called with.
struct OpenRCService: ScriptedService {
    let name: ServiceName

    init(_ name: ServiceName) {
        self.name = name
    }

    /// The script's or the link's name.
    private var entry: String { shellQuoted(name.name + (name.instance.map { "." + $0 } ?? "")) }

    static func isActive(unit: String, name: String, instance: String?) -> String {
        "rc-service -q \(name)\(instance.map { "." + $0 } ?? "") status >/dev/null 2>&1"
    }

    var isEnabled: String { "ls /etc/runlevels/*/\(entry) >/dev/null 2>&1" }

    var restart: String {
        let path = "/etc/init.d/\(entry)"
        return """
            \(name.instance == nil ? ":" : "[ -e \(path) ] || ln -s \(shellQuoted(name.name)) \(path)")
            rc-service \(entry) restart
            \(isActive)
            """
    }

    var enable: String { "rc-update -q add \(entry) default" }

    var stop: String { "! \(isActive) || rc-service \(entry) stop" }

    var disable: String { "\(stop)\nrc-update -q delete \(entry) default || :" }

    var ownMask: String { "rc-update -q -a delete \(entry) 2>/dev/null || :" }
}
