import RemoteHost

extension FleetStatus {
    /// Reads what the script printed; nil where it is not that.
    ///
    /// - Parameter known: the copies of the inventory that the script was not asked about.
    package init?(_ text: String, known: Set<String> = []) {
        var answer = Answer()
        for line in text.splitAtLineFeeds() { answer.read(String(line)) }
        guard answer.now > 0, answer.allowed.watches > 0 else { return nil }
        copies = answer.copies
        let names = known.union(copies.map(\.name))
        strangers = answer.kept.filter { !names.contains($0.name) }.sorted { $0.name < $1.name }
        watches = answer.watches
        instances = answer.instances
    }

    /// What was read so far.
    private struct Answer {
        var now = 0
        var allowed = (watches: 0, instances: 0)
        var copies: [Copy] = []
        /// All copies that the master keeps.
        var kept: [Stranger] = []
        private var delays: [String: Double] = [:]
        /// The copy whose settings are read.
        private var name = ""
        /// What each inotify instance watches, nil where that cannot be had; nil where the count did not come to its end.
        private var counted: [Int?]?
        private var lsyncd: [Int?] = []

        mutating func read(_ line: String) {
            let words = line.split(separator: " ").map(String.init)
            switch words.first {
            case "now" where words.count == 2: now = Int(words[1]) ?? 0
            case "allowed" where words.count == 3: allowed = (Int(words[1]) ?? 0, Int(words[2]) ?? 0)
            case "lsyncd" where words.count >= 2:
                // An lsyncd watches one directory at least: none means that the kernel does not tell.
                lsyncd.append(words.count == 3 ? Int(words[2]).flatMap { $0 > 0 ? $0 : nil } : nil)
            case "counted": counted = lsyncd
            case "keeper" where words.count > 2:
                kept += words.dropFirst(3).map { Stranger(name: $0, service: words[1], state: words[2]) }
            case "name" where words.count == 2: name = words[1]
            case "delay" where words.count == 2: delays[name] = Double(words[1])
            case "copy" where words.count >= 4:
                let restarts = words.count > 4 ? Int(words[4]) ?? 0 : 0
                var copy = Copy(name: words[1], service: words[2], state: words[3], restarts: restarts, askedAt: now)
                copy.delay = delays[copy.name] ?? copy.delay
                copies.append(copy)
            default:
                guard !copies.isEmpty, let report = TargetReport(parsing: line), report.isAlive(at: now) else { return }
                copies[copies.count - 1].report = report
            }
        }

        var watches: Usage {
            if let counted, !counted.contains(nil) {
                return Usage(used: counted.compactMap(\.self).reduce(0, +), allowed: allowed.watches)
            }
            // Each report tells of its whole lsyncd.
            let reports = services.values.compactMap { reports in reports.max { $0.watches < $1.watches } }
            let times = reports.map(\.watchesAt)
            let oldest = times.contains(nil) ? nil : times.compactMap(\.self).min()
            return Usage(
                used: reports.map(\.watches).reduce(0, +),
                allowed: allowed.watches,
                age: oldest.map { max(0, now - $0) }
            )
        }

        var instances: Usage { Usage(used: counted?.count ?? services.count, allowed: allowed.instances) }

        /// The reports of each service that wrote any.
        private var services: [String: [TargetReport]] {
            Dictionary(grouping: copies.filter { $0.report != nil }, by: \.service).mapValues {
                $0.compactMap(\.report)
            }
        }
    }
}
