package import Provisioning

/// What the master says about a mirror that a canary did not reach: lsyncd's state, its last words, the last exit code.
package struct InstanceDiagnosis: Sendable {
    private let mirror: String

    /// Makes a diagnosis of the service for a mirror.
    package init(mirror: String) {
        self.mirror = mirror
    }

    /// What the master is asked first.
    package var facts: FactSet {
        var facts = CopyReports.facts(of: [mirror])
        facts.formUnion(CopyServices.facts)
        return facts
    }

    /// The log to ask for when the master has answered that.
    package func log(after facts: Facts) throws(PlanError) -> LsyncdLogFact {
        LsyncdLogFact(try CopyServices(facts).keeper(of: mirror))
    }

    /// What a person is told, in a few lines, of what the master has answered.
    package func explanation(of facts: Facts) throws(PlanError) -> String {
        let services = try CopyServices(facts)
        let keeper = services.keeper(of: mirror)
        var lines: [String] = []
        let state = services.service(keeper).state
        if state != "active" { lines.append("\(services.unit(of: mirror)) is \(state)") }
        let reports = try CopyReports(of: [mirror], in: facts)
        if let report = reports.alive(mirror) {
            lines += [report.explanation(at: reports.now)] + report.leftOutWords
        } else if let report = reports.reports[mirror] {
            let age = TargetReport.duration(reports.now - report.writtenAt)
            lines.append("lsyncd has said nothing for \(age): it is gone or stuck, and \(mirror) gets nothing")
        }
        // Where the log does not tell, the rest does.
        let log = (try? facts.value(of: LsyncdLogFact(keeper))) ?? []
        if !log.isEmpty { lines += ["its log says:"] + log.suffix(5).map { "  \($0)" } }
        return lines.joined(separator: "\n")
    }
}
