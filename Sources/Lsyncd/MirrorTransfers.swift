package import Provisioning
import RemoteHost

/// What the master says of the transfers to some mirrors: which go on, and which attempts are put off.
package struct MirrorTransfers: Sendable {
    private let mirrors: [String]

    /// Makes a question about these mirrors.
    package init(mirrors: [String]) {
        self.mirrors = mirrors
    }

    /// What the master is asked.
    package var facts: FactSet { CopyReports.facts(of: mirrors) }

    /// The transfers that go on, by mirror. A report that was not renewed says nothing.
    package func ongoing(in facts: Facts) throws(PlanError) -> [String: (seconds: Int, failures: Int)] {
        let reports = try CopyReports(of: mirrors, in: facts)
        var transfers: [String: (seconds: Int, failures: Int)] = [:]
        for mirror in mirrors {
            guard let report = reports.alive(mirror), report.isSending else { continue }
            let start = report.sendingSince ?? reports.now
            transfers[mirror] = (max(0, reports.now - start), report.failures)
        }
        return transfers
    }

    /// The mirrors whose attempts are put off.
    package func suspended(in facts: Facts) throws(PlanError) -> [String] {
        let reports = try CopyReports(of: mirrors, in: facts).reports
        return mirrors.filter { reports[$0]?.phase == .suspended }
    }

    /// A sh script for the master that lets each of the mirrors, whose attempts are put off, be tried at once, and ends when
    /// the layer has begun to, or six seconds later. It prints `trying` and the mirror's name for each.
    ///
    /// lsyncd's user may put a link where root would write a file: a directory is made instead, which follows none, and
    /// which the layer removes as it would a file.
    package var wakingScript: String {
        """
        asked=
        for mirror in \(mirrors.map(shellQuoted).joined(separator: " ")); do
            run=/run/lockstep/$mirror
            mkdir "$run/resync" 2>/dev/null || [ -e "$run/resync" ] || continue
            printf 'trying %s\\n' "$mirror"
            asked="$asked $run/resync"
        done
        left=6
        while [ -n "$asked" ] && [ $left -gt 0 ]; do
            sleep 1
            left=$((left - 1))
            still=
            for wish in $asked; do [ ! -e "$wish" ] || still="$still $wish"; done
            asked=$still
        done
        """
    }

    /// The mirrors that are tried at once, in what `wakingScript` printed.
    package static func woken(in text: String) -> [String] {
        text.splitAtLineFeeds().filter { $0.hasPrefix("trying ") }.map { String($0.dropFirst("trying ".count)) }
    }
}

extension TargetReport {
    /// Whether a transfer goes on, or a full pass is about to; the only thing that layers before the fourth tell.
    fileprivate var isSending: Bool { sendingSince != nil || phase == .starting || phase == .catchingUp }
}
