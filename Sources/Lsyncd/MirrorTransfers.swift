import RemoteHost

/// What the master says of the transfers to some mirrors: which go on, and which attempts are put off.
package struct MirrorTransfers: Sendable {
    private let mirrors: [String]

    /// Makes a question about these mirrors.
    package init(mirrors: [String]) {
        self.mirrors = mirrors
    }

    /// A sh script for the master that prints its time, and the layer's report of each mirror.
    package var script: String {
        """
        date '+now %s'
        for mirror in \(words); do cat "/run/lockstep/$mirror/report.json" 2>/dev/null; done
        :
        """
    }

    /// A sh script for the master that lets each mirror whose attempts are put off be tried at once, and ends when the layer
    /// has begun to, or six seconds later. It prints `trying` and the mirror's name for each.
    ///
    /// lsyncd's user may put a link where root would write a file: a directory is made instead, which follows none, and
    /// which the layer removes as it would a file.
    package var wakingScript: String {
        """
        asked=
        for mirror in \(words); do
            run=/run/lockstep/$mirror
            grep -q '"phase":"suspended"' "$run/report.json" 2>/dev/null || continue
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

    /// The transfers that go on, by mirror, in what `script` printed. A report that was not renewed says nothing.
    package static func ongoing(in text: String) -> [String: (seconds: Int, failures: Int)] {
        var now = 0
        var transfers: [String: (seconds: Int, failures: Int)] = [:]
        for line in text.splitAtLineFeeds().map(String.init) {
            if line.hasPrefix("now ") { now = Int(line.dropFirst("now ".count)) ?? 0 }
            guard let report = TargetReport(parsing: line), report.isAlive(at: now), report.isSending else { continue }
            let start = report.sendingSince ?? now
            transfers[report.name] = (max(0, now - start), report.failures)
        }
        return transfers
    }

    /// The mirrors that are tried at once, in what `wakingScript` printed.
    package static func woken(in text: String) -> [String] {
        text.splitAtLineFeeds().filter { $0.hasPrefix("trying ") }.map { String($0.dropFirst("trying ".count)) }
    }

    private var words: String { mirrors.map(shellQuoted).joined(separator: " ") }
}

extension TargetReport {
    /// Whether a transfer goes on, or a full pass is about to; the only thing that layers before the fourth tell.
    fileprivate var isSending: Bool { sendingSince != nil || phase == .starting || phase == .catchingUp }
}
