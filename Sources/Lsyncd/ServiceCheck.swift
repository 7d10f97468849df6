import Provisioning
import RemoteHost

/// Whether the services run that keep some copies, so that a canary that arrives was carried by the copy's own.
package struct ServiceCheck: Sendable {
    private let copies: [String]

    /// Makes a check of the services that keep these copies.
    package init(copies: [String]) {
        self.copies = copies
    }

    /// A copy whose service does not do its work.
    package struct Fault: Sendable, Hashable {
        /// The copy's name.
        package var copy: String
        /// What is wrong, in one line.
        package var message: String
        /// What to try next.
        package var hint: String
    }

    /// A sh script for the master that prints what `faults(in:known:)` reads.
    package var script: String {
        """
        \(InstanceLayout.serviceLookup)
        \(ServiceManager.functions)
        printf 'now %s\\n' "$(date +%s)"
        printf '%s\\n' "$keepers"
        for copy in \(copies.map(shellQuoted).joined(separator: " ")); do
            unit=$(service_of "$copy")
            written=$(sed -n 's/.*"written_at":\\([0-9]*\\).*/\\1/p' "/run/lockstep/$copy/report.json" 2>/dev/null)
            printf 'service %s %s %s %s\\n' "$copy" "$unit" "${written:-0}" "$(state "$unit")"
        done
        """
    }

    /// The copies whose services do not do their work, by what the script printed.
    ///
    /// - Parameter known: all copies of the inventory; what the master keeps beside them is told.
    package func faults(in text: String, known: Set<String>) -> [Fault] {
        let lines = text.splitAtLineFeeds()
        let now = lines.first { $0.hasPrefix("now ") }.flatMap { Int($0.dropFirst(4)) } ?? 0
        let leftovers = InstanceLayout.keepers(in: lines).flatMap(\.value).filter { !known.contains($0) }.sorted()
        let note =
            leftovers.isEmpty ? "" : "; beside the copies of this run it keeps \(leftovers.joined(separator: ", "))"
        return lines.compactMap { line in
            let words = line.split(separator: " ", maxSplits: 4).map(String.init)
            guard words.count == 5, words[0] == "service", let written = Int(words[3]) else { return nil }
            let (unit, state) = (words[2], words[4])
            let message: String
            if state != "active" {
                message = "not proven: \(unit) does not run on the master (\(state))"
            } else if now - written >= TargetReport.staleAfter {
                let age =
                    written == 0
                    ? "has said nothing of \(words[1]) yet"
                    : "last said something of \(words[1]) \(now - written) s ago"
                message = "not proven: \(unit) on the master \(age)"
            } else {
                return nil
            }
            return Fault(copy: words[1], message: message, hint: "'lockstep up' starts what does not run\(note)")
        }
    }
}
