package import Provisioning

/// What lsyncd last said of some copies, and the master's time at which it was asked.
package struct CopyReports: Sendable, Hashable {
    /// Seconds since 1970 by the master's clock.
    package var now: Int
    /// The reports of the copies that have one, also those that were not renewed.
    package var reports: [String: TargetReport]

    package init(now: Int, reports: [String: TargetReport] = [:]) {
        self.now = now
        self.reports = reports
    }

    /// The facts that it is made of.
    package static func facts(of copies: [String]) -> FactSet {
        var facts = FactSet(ClockFact())
        for copy in copies { facts.insert(CopyReportFact(copy)) }
        return facts
    }

    /// Takes the facts out of what the master has answered.
    package init(of copies: [String], in facts: Facts) throws(PlanError) {
        now = try facts.value(of: ClockFact())
        reports = [:]
        for copy in copies { reports[copy] = try facts.value(of: CopyReportFact(copy)) }
    }

    /// What lsyncd says of a copy; nil where it said nothing yet, or nothing for so long that it is gone or stuck.
    package func alive(_ copy: String) -> TargetReport? {
        reports[copy].flatMap { $0.isAlive(at: now) ? $0 : nil }
    }
}
