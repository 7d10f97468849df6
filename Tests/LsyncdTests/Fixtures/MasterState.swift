import Lsyncd
import Provisioning
import Testing

/// How a master stands, for what is read from its answers.
struct MasterState {
    /// Its time.
    var now = 100
    /// What its kernel allows.
    var limits = InotifyLimits(watches: 1, instances: 1)
    /// What each lsyncd watches; nil where the count did not come to its end.
    var counted: [Int?]?
    /// The copies of each lsyncd.
    var keepers: [String: [String]] = [:]
    /// How the service of each lsyncd stands.
    var services: [String: LsyncdService] = [:]
    /// The lines of settings.
    var settings = ""
    /// The reports of copies, as lsyncd writes them.
    var reports: [String] = []
    /// The ends of logs.
    var logs: [String: [String]] = [:]

    /// What it answers about these copies.
    func facts(about copies: [String]) throws -> Facts {
        var facts = Facts()
        facts.add(now, of: ClockFact())
        facts.add(limits, of: InotifyLimitsFact())
        if let counted { facts.add(counted, of: InotifyUseFact()) }
        facts.add(keepers, of: KeepersFact())
        facts.add(services, of: LsyncdServicesFact())
        facts.add(try KeptCopiesFact().value(in: ProbeOutput(text: settings)), of: KeptCopiesFact())
        for copy in copies { facts.add(nil, of: CopyReportFact(copy)) }
        for text in reports {
            let report = try #require(TargetReport(parsing: text))
            facts.add(report, of: CopyReportFact(report.name))
        }
        for (instance, lines) in logs { facts.add(lines, of: LsyncdLogFact(instance)) }
        return facts
    }

    /// How replication stands there.
    func status(of copies: [String], known: Set<String> = []) throws -> FleetStatus {
        try FleetStatus(of: copies, in: facts(about: copies), known: known)
    }
}
