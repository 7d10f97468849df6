import RemoteHost

/// A service under Upstart, which starts System V's scripts as well: what has no job is one of those.
struct UpstartService: ScriptedService {
    let name: ServiceName

    init(_ name: ServiceName) {
        self.name = name
    }

    private var job: String { shellQuoted("/etc/init/\(name.name).conf") }
    private var jobOverride: String { shellQuoted("/etc/init/\(name.name).override") }
    private var words: String { shellQuoted(name.name) + (name.instance.map { " NAME=" + shellQuoted($0) } ?? "") }
    private var scripted: SysVInitService { SysVInitService(name) }

    private func jobOrScript(_ job: String, _ script: String) -> String {
        """
        if [ -e \(self.job) ]; then \(job)
        else \(script); fi
        """
    }

    static func isActive(unit: String, name: String, instance: String?) -> String {
        "status \(name) \(instance.map { "NAME=" + $0 } ?? "") 2>/dev/null | grep -q ' start/'"
    }

    var isActive: String { jobOrScript(isActiveByName, scripted.isActive) }

    var isThere: String { jobOrScript(":", scripted.isThere) }

    var isEnabled: String { jobOrScript("! grep -qsx manual \(jobOverride)", scripted.isEnabled) }

    var isMasked: String { "grep -qsx manual \(jobOverride) &&\n\(isScriptMasked)" }

    var restart: String { jobOrScript("stop \(words) 2>/dev/null || :\nstart \(words)", scripted.restart) }

    // A job says itself when it starts.
    var enable: String { jobOrScript(":", scripted.enable) }

    var stop: String { "! \(isActive) || \(jobOrScript("stop \(words)", scripted.stop))" }

    var ownMask: String { "edit_lines \(jobOverride) 1 manual manual" }
}
