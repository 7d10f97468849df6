import Provisioning
import RemoteHost

/// The wait for lsyncd to have made its first full pass to each of some mirrors: until then a canary would only queue.
package struct FirstPass: Sendable {
    private let mirrors: [String]

    /// Makes a wait for the services of these mirrors.
    package init(mirrors: [String]) {
        self.mirrors = mirrors
    }

    /// A sh script for the master that ends when no pass is under way any more, successful or not.
    ///
    /// It prints `waiting` and the mirrors' names whenever they become fewer. A service that does not run, or that waits
    /// for its next attempt, is not waited for: the canary will tell.
    package var script: String {
        """
        \(InstanceLayout.serviceLookup)
        \(ServiceManager.functions)
        said=
        while :; do
            waiting=
            for mirror in \(mirrors.map(shellQuoted).joined(separator: " ")); do
                phase=$(sed -n 's/.*"phase":"\\([a-z-]*\\)".*/\\1/p' "/run/lockstep/$mirror/report.json" 2>/dev/null)
                case $phase in
                starting|catching-up) waiting="$waiting $mirror" ;;
                '') ! is_active "$(service_of "$mirror")" || waiting="$waiting $mirror" ;;
                esac
            done
            [ -n "$waiting" ] || break
            [ "$waiting" = "$said" ] || printf 'waiting%s\\n' "$waiting"
            said=$waiting
            sleep 0.2
        done
        """
    }

    /// The mirrors that are still waited for, one list for each line of the script's output.
    package static func waiting(in text: String) -> [[String]] {
        text.splitAtLineFeeds().map { $0.split(separator: " ").map(String.init) }
            .filter { $0.first == "waiting" }
            .map { Array($0.dropFirst()) }
    }
}
