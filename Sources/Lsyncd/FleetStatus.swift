import Provisioning
import RemoteHost

/// How replication stands at this moment, as the master tells it: each copy, and what is used of the inotify limits.
package struct FleetStatus: Sendable, Hashable {
    /// How much of a kernel limit is used.
    package struct Usage: Sendable, Hashable {
        /// What Lockstep's lsyncd use of it.
        package var used: Int
        /// What their user may use.
        package var allowed: Int
    }

    /// A copy of a directory on a slave.
    package struct Copy: Sendable, Hashable {
        /// Its name.
        package var name: String
        /// The service that keeps it.
        package var service: String
        /// systemd's word for the service's state: `active`, `failed`, `inactive` and so on; of others the first and the last.
        package var state: String
        /// How often the service was started again by itself since it was started.
        package var restarts: Int
        /// What lsyncd last said of it; none where it said nothing yet, or nothing for so long that it is gone or stuck.
        package var report: TargetReport?
        /// Seconds since something was last sent; none where nothing was.
        package var sentAgo: Int?

        /// Whether it follows its source, and nothing is missing in it.
        package var isSound: Bool {
            report.map { $0.phase == .live && !$0.isIncomplete && $0.failures == 0 } ?? false
        }
    }

    /// The copies of the fleet, in its order.
    package var copies: [Copy]
    /// Directories that are watched.
    package var watches: Usage
    /// inotify instances: one for each lsyncd.
    package var instances: Usage

    /// A sh script for the master that prints what `init(_:copies:)` reads.
    package static func script(copies: [String]) -> String {
        """
        exec 2>/dev/null
        \(InstanceLayout.serviceLookup)
        \(ServiceManager.functions)
        printf 'now %s\\n' "$(date +%s)"
        printf 'allowed %s %s\\n' "$(cat /proc/sys/fs/inotify/max_user_watches)" \
        "$(cat /proc/sys/fs/inotify/max_user_instances)"
        for copy in \(copies.map(shellQuoted).joined(separator: " ")); do
            unit=$(service_of "$copy")
            printf 'copy %s %s %s %s\\n' "$copy" "$unit" "$(state "$unit")" "$(restarts "$unit")"
            cat "/run/lockstep/$copy/report.json"
        done
        :
        """
    }

    /// Reads what the script printed; nil where it is not that.
    package init?(_ text: String) {
        copies = []
        (watches, instances) = (Usage(used: 0, allowed: 0), Usage(used: 0, allowed: 0))
        var now = 0
        for line in text.splitAtLineFeeds() {
            let words = line.split(separator: " ").map(String.init)
            switch words.first {
            case "now" where words.count == 2: now = Int(words[1]) ?? 0
            case "allowed" where words.count == 3:
                (watches.allowed, instances.allowed) = (Int(words[1]) ?? 0, Int(words[2]) ?? 0)
            case "copy" where words.count >= 4:
                let restarts = words.count > 4 ? Int(words[4]) ?? 0 : 0
                copies.append(Copy(name: words[1], service: words[2], state: words[3], restarts: restarts))
            default:
                guard !copies.isEmpty, let report = TargetReport(parsing: String(line)), report.isAlive(at: now) else {
                    continue
                }
                copies[copies.count - 1].report = report
                copies[copies.count - 1].sentAgo = report.succeededAt.map { max(0, now - $0) }
            }
        }
        guard now > 0, watches.allowed > 0 else { return nil }
        // Each report tells of its whole lsyncd.
        let byService = Dictionary(grouping: copies, by: \.service).mapValues { $0.compactMap(\.report?.watches).max() }
        for case let used? in byService.values {
            watches.used += used
            instances.used += 1
        }
    }
}
