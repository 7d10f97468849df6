package import Provisioning

extension LeftOut {
    /// What people are told of the paths that copies leave out.
    package struct Note: Sendable, Hashable {
        /// The copy's name.
        package var copy: String
        /// Which paths, why, and what to do.
        package var text: String
    }

    /// A note for each of some copies that leaves paths out, by what the master has answered to `CopyReports.facts`.
    package static func notes(of copies: [String], in facts: Facts) -> [Note] {
        notes(in: copies.compactMap { copy in (try? facts.value(of: CopyReportFact(copy))) ?? nil })
    }

    /// A note for each of some reports that leaves paths out.
    package static func notes(in reports: [TargetReport]) -> [Note] {
        reports.compactMap { report in
            if report.leftOut.isEmpty { return nil }
            var text = report.leftOut.prefix(3).map { "\($0.path) \($0.reason.words)" }.joined(separator: ", ")
            let more = report.leftOutCount - min(3, report.leftOut.count)
            if more > 0 { text += ", and \(more) more" }
            text = "\(report.name) is complete but for \(text): the slave keeps what it has of that"
            if report.leftOut.contains(where: { $0.reason == .unmounted }) {
                text += "; mount it again, or say that it is gone for good: lockstep resync --accept-missing PATH"
            }
            return Note(copy: report.name, text: text)
        }
    }
}

extension LeftOut.Reason {
    /// The reason, behind the path.
    fileprivate var words: String {
        switch self {
        case .unmounted: "(it was a file system of its own, and is not mounted)"
        case .unreadable: "(it cannot be read by the user lockstep)"
        case .blocked: "(the slave has a directory in its place that may not be deleted)"
        case .unknown(let word): "(\(word))"
        }
    }
}
