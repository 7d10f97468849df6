/// What is asked of a host from inside while it boots, and what it answers.
struct HostBoot: Sendable, Hashable {
    /// The state that systemd gives itself: `running`, or `degraded` when a unit failed. A host that was given another init
    /// runs when its sshd does.
    var state: String
    /// The units that failed.
    var failedUnits: [String]
    /// The public halves of the host's own keys, each type and key.
    var hostKeys: [String]

    /// The script: lets the lab's key in, waits for the boot to end, then tells state, failed units and host keys.
    ///
    /// It may run as soon as process 1 exists, and again at any time.
    static func script(authorizedKey: String, outside: LabRequest.Outside) -> String {
        """
        umask 077
        mkdir -p /root/.ssh
        # A host that is started again has other keys as well by now.
        keys=/root/.ssh/authorized_keys
        grep -qsxF '\(authorizedKey)' $keys || echo '\(authorizedKey)' >>$keys
        # Process 1 takes questions only some moments after it starts; then one question waits for the end of the boot.
        while :; do
            case $(cat /proc/1/comm) in
            init) if [ -s /run/sshd.pid ]; then state=running; else state=; fi ;;
            *) state=$(systemctl is-system-running --wait 2>/dev/null) ;;
            esac
            case $state in running | degraded | maintenance | stopping) break ;; esac
            sleep 0.05
        done
        \(outside == .unreachable ? "ip route del default 2>/dev/null" : ":")
        echo "state $state"
        systemctl --failed --plain --no-legend 2>/dev/null | while read -r unit rest; do echo "failed $unit"; done
        for file in /etc/ssh/ssh_host_*_key.pub; do
            if read -r type key comment <"$file"; then echo "key $type $key"; fi
        done

        """
    }

    /// Reads the script's output.
    init(answer: String) {
        state = ""
        failedUnits = []
        hostKeys = []
        for line in answer.split(whereSeparator: \.isNewline) {
            guard let space = line.firstIndex(of: " ") else { continue }
            let value = String(line[line.index(after: space)...])
            switch line[..<space] {
            case "state": state = value
            case "failed": failedUnits.append(value)
            case "key": hostKeys.append(value)
            default: continue
            }
        }
    }

    /// The host's lines of a known_hosts file, for its name and its address.
    func knownHostsLines(name: String, address: String) -> String {
        hostKeys.map { "\(name),\(address) \($0)\n" }.joined()
    }
}
