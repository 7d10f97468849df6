package import Provisioning

/// What lsyncd last said of a copy on the master; nil where there is no report, or none that can be read.
package struct CopyReportFact: SharedFact {
    package static let kind = "copy-report"
    package typealias Value = TargetReport?

    /// The copy's name.
    package let copy: String

    package init(_ copy: String) {
        self.copy = copy
    }

    /// The file that lsyncd writes.
    private var file: TextFileFact { TextFileFact("/run/lockstep/\(copy)/report.json") }

    /// One process for the reports of all copies.
    package static func script(asking facts: [CopyReportFact]) -> String {
        TextFileFact.script(asking: facts.map(\.file))
    }

    package static func values(
        of facts: [CopyReportFact],
        in output: ProbeOutput
    ) -> [CopyReportFact: Result<TargetReport?, PlanError>] {
        let files = TextFileFact.values(of: facts.map(\.file), in: output)
        var values: [CopyReportFact: Result<TargetReport?, PlanError>] = [:]
        for fact in facts {
            values[fact] = files[fact.file]?.map { lines in TargetReport(parsing: lines.joined(separator: "\n")) }
        }
        return values
    }
}
