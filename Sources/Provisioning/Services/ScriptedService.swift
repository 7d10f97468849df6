import RemoteHost

/// A service under what starts scripts of its own or of System V's kind: all but systemd.
protocol ScriptedService: ManagedService {
    /// A command that succeeds where the service is installed.
    var isThere: String { get }

    /// A command that succeeds while it runs.
    var isActive: String { get }

    /// A command that succeeds where it starts with the host.
    var isEnabled: String { get }

    /// A command that succeeds where it is kept from starting.
    var isMasked: String { get }

    /// Commands that keep it from starting, beside those that are the same under all of them.
    var ownMask: String { get }
}

extension ScriptedService {
    /// The path of its script.
    var script: String { shellQuoted("/etc/init.d/\(name.name)") }

    private var defaults: String { shellQuoted("/etc/default/\(name.name)") }

    var isThere: String { "[ -x \(script) ]" }

    var isActive: String { isActiveByName }

    /// Asks its manager by its name.
    var isActiveByName: String {
        Self.isActive(
            unit: shellQuoted(name.unit),
            name: shellQuoted(name.name),
            instance: name.instance.map(shellQuoted)
        )
    }

    var isMasked: String { isScriptMasked }

    /// Succeeds where its script is kept from starting.
    var isScriptMasked: String {
        "if command -v update-rc.d >/dev/null; then grep -qs '^exit 0' \(defaults); else ! \(isEnabled); fi"
    }

    var ownMask: String { ":" }

    // None of them has a question about several services.
    static func properties(of services: [ServiceName]) -> String {
        services.map { "echo \(shellQuoted("unit \($0.unit)"))\n\(Self($0).properties)" }.joined(separator: "\n")
    }

    private var properties: String {
        """
        masked=no
        if \(isMasked); then masked=yes; echo LoadState=masked
        elif \(isThere); then echo LoadState=loaded
        else echo LoadState=not-found; fi
        # What is masked answers every question with yes.
        if [ $masked = no ] && \(isActive); then echo ActiveState=active; else echo ActiveState=inactive; fi
        if \(isEnabled); then echo UnitFileState=enabled; else echo UnitFileState=disabled; fi
        """
    }

    var staysUp: String {
        // The supervisor of our own services runs on; what it has started must run as well. A process that has ended and was
        // not noticed yet has no command line.
        """
        if \(isActive); then
            child=$(cat \(shellQuoted("/run/\(name.name).\(name.instance ?? "").child")) 2>/dev/null) || exit 0
            [ -z "$(tr -d '\\0' <"/proc/$child/cmdline" 2>/dev/null)" ] || exit 0
        fi
        tail -n 5 \(shellQuoted("/var/log/lockstep/\(name.instance ?? name.name).log")) 2>/dev/null || :
        echo "it ended as soon as it was started"
        exit 1
        """
    }

    var disable: String { stop }

    var mask: String {
        // Debian's scripts read this file; those of others do not start by being installed.
        """
        set_rights() { chmod 644 "$new"; }
        if command -v update-rc.d >/dev/null; then
            edit_lines \(defaults) 0 'exit 0 # Lockstep: services of its own do this'
        fi
        \(ownMask)
        ! command -v chkconfig >/dev/null || chkconfig \(shellQuoted(name.name)) off 2>/dev/null || :
        """
    }
}
