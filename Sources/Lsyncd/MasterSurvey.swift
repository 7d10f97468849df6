package import Provisioning
import RemoteHost

/// What a run has to know of the master before it can be planned: which lsyncd keeps which copy, and what there is to watch.
package struct MasterSurvey: Sendable, Hashable {
    /// The lsyncd that keeps each copy, by the copy's name.
    package var keepers: [String: String]
    /// The names of the copies that have settings there, also of those that no lsyncd keeps.
    package var settled: Set<String>
    /// How many directories each source has, itself included; none for those that could not be counted.
    package var directories: [String: Int]
    /// How many may be watched.
    package var budget: InotifyBudget
    /// What starts its services.
    package var serviceManager: ServiceManager
    /// What is known of the copies that it keeps, in order of their names.
    package var copies: [KeptCopy]

    /// Makes a survey.
    package init(
        keepers: [String: String] = [:],
        copies: [KeptCopy] = [],
        settled: Set<String> = [],
        directories: [String: Int] = [:],
        budget: InotifyBudget,
        serviceManager: ServiceManager = .systemd
    ) {
        self.serviceManager = serviceManager
        self.keepers = keepers
        self.copies = copies
        self.settled = settled.union(copies.map(\.name))
        self.directories = directories
        self.budget = budget
    }

    /// Seconds within which the directories of one source are counted, as far as that goes.
    package static let secondsForEach = 20

    /// A sh script for the master that prints what `init(_:counting:)` reads.
    ///
    /// Where an lsyncd follows a source and no other, it has counted already: its report, while it is fresh, says how many
    /// watches it has.
    /// Else the directories are counted as far as that goes within the time; a tree that is larger is taken for as large
    /// as what was seen of it.
    ///
    /// - Parameter copies: those whose sources are counted; none where no count matters.
    package static func script(counting copies: [InstanceLayout.Copy], seconds: Int = secondsForEach) -> String {
        let counts = copies.sources.enumerated().map { index, source in
            let names = copies.filter { $0.source == source }.map(\.name).joined(separator: " ")
            let walk = "timeout \(seconds) find -H \(shellQuoted(source)) -type d -printf . | wc -c"
            return "printf 'directories \(index) %s\\n' \"$(watched \(shellQuoted(names)) || \(walk))\""
        }
        return
            ([
                """
                exec 2>/dev/null
                keepers=$(\(InstanceLayout.keepersScript))
                watched() {
                    printf '%s\\n' "$keepers" | {
                        while read -r _ keeper kept; do
                            watches=
                            now=$(date +%s)
                            for copy in $kept; do
                                case " $1 " in *" $copy "*) ;; *) continue 2 ;; esac
                                report=/run/lockstep/$copy/report.json
                                written=$(sed -n 's/.*"written_at":\\([0-9]*\\).*/\\1/p' "$report")
                                [ $((now - ${written:-0})) -lt \(TargetReport.staleAfter) ] || continue 2
                                watches=$(sed -n 's/.*"watches":\\([0-9]*\\).*/\\1/p' "$report")
                            done
                            # One of them is not of the source.
                            if [ "${watches:-0}" -gt 1 ]; then echo $((watches - 1)); exit; fi
                        done
                        exit 1
                    }
                }
                printf 'services %s\\n' "$(\(ServiceManager.detection))"
                sed -n 's/^MemTotal: *\\([0-9]*\\) kB/memory \\1/p' /proc/meminfo
                limit=/proc/sys/fs/inotify/max_user_watches
                printf 'limit %s %s\\n' "$(cat $limit)" "$([ -w $limit ] && echo writable || echo read-only)"
                printf '%s\\n' "$keepers"
                \(KeptCopy.script())
                """
            ] + counts).joined(separator: "\n")
    }

    /// Reads what the script printed when it counted for these copies; nil where it is not that.
    package init?(_ text: String, counting copies: [InstanceLayout.Copy]) {
        let sources = copies.sources
        var (memory, limit, isWritable) = (0, 0, false)
        var serviceManager: ServiceManager?
        var directories: [String: Int] = [:]
        let lines = text.splitAtLineFeeds()
        for line in lines where !KeptCopy.lineWords.contains(line.prefix { $0 != " " }) {
            let words = line.split(separator: " ").map(String.init)
            switch words.first {
            case "memory" where words.count == 2: memory = Int(words[1]) ?? 0
            case "limit" where words.count == 3: (limit, isWritable) = (Int(words[1]) ?? 0, words[2] == "writable")
            case "services" where words.count == 2: serviceManager = ServiceManager(rawValue: words[1])
            case "keeper": continue
            case "directories" where words.count == 3:
                guard let index = Int(words[1]), sources.indices.contains(index), let count = Int(words[2]) else {
                    return nil
                }
                if count > 0 { directories[sources[index]] = count }
            default: return nil
            }
        }
        guard limit > 0, let serviceManager else { return nil }
        var keepers: [String: String] = [:]
        for (keeper, copies) in InstanceLayout.keepers(in: lines) {
            for copy in copies { keepers[copy] = keeper }
        }
        let budget = InotifyBudget(memory: memory, limit: limit, isLimitWritable: isWritable)
        self.init(
            keepers: keepers,
            copies: KeptCopy.copies(in: lines, keepers: keepers),
            settled: KeptCopy.names(in: lines),
            directories: directories,
            budget: budget,
            serviceManager: serviceManager
        )
    }
}
