import Provisioning
import RemoteHost

/// What the master says about a mirror that a canary did not reach: lsyncd's state, its last words, the last exit code.
package struct InstanceDiagnosis: Sendable {
    private let mirror: String

    /// Makes a diagnosis of the service for a mirror.
    package init(mirror: String) {
        self.mirror = mirror
    }

    /// A sh script that prints, section by section, the unit's state, the time, the layer's report and the end of the log.
    package var script: String {
        """
        \(InstanceLayout.serviceLookup)
        \(ServiceManager.functions)
        unit=$(service_of \(shellQuoted(mirror)))
        echo "$unit"
        state "$unit"
        date '+now %s'
        echo '--- report'
        cat \(shellQuoted("/run/lockstep/\(mirror)/report.json")) 2>/dev/null
        echo '--- log'
        last_words "$unit" 8 2>/dev/null
        :
        """
    }

    /// What a person is told, in a few lines, of what the script printed.
    package func explanation(of text: String) -> String {
        let said = text.splitAtLineFeeds().map(String.init)
        var lines: [String] = []
        let state = said.dropFirst().first ?? "unknown"
        if state != "active" { lines.append("\(said.first ?? "its service") is \(state)") }
        if let report = Self.report(in: said) {
            let now = Self.time(in: said) ?? report.writtenAt
            if report.isAlive(at: now) {
                lines += [report.explanation(at: now)] + report.leftOutWords
            } else {
                let age = TargetReport.duration(now - report.writtenAt)
                lines.append("lsyncd has said nothing for \(age): it is gone or stuck, and \(mirror) gets nothing")
            }
        }
        let log = said.drop { $0 != "--- log" }.dropFirst()
        if !log.isEmpty { lines += ["its log says:"] + log.suffix(5).map { "  \($0)" } }
        return lines.joined(separator: "\n")
    }

    /// The layer's report in what the script printed; nil where there is none.
    static func report(in lines: [String]) -> TargetReport? {
        lines.drop { $0 != "--- report" }.dropFirst().prefix { $0 != "--- log" }.first.flatMap(
            TargetReport.init(parsing:)
        )
    }

    private static func time(in lines: [String]) -> Int? {
        lines.prefix { $0 != "--- report" }.last { $0.hasPrefix("now ") }.flatMap { Int($0.dropFirst("now ".count)) }
    }
}
