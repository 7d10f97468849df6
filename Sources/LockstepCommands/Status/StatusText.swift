import Lsyncd
import TerminalOutput

/// What `lockstep status` prints for people.
struct StatusText {
    /// The lines, the last one ended too.
    let text: String

    /// Says how replication stands.
    init(_ status: FleetStatus, master: String) {
        var lines = [
            """
            \(master): \(Self.count(status.copies.count, "copy", "copies")); \(Self.words(status.watches)) watches and \
            \(Self.words(status.instances)) inotify instances in use
            """
        ]
        let names = status.copies.map(\.name.columns).max() ?? 0
        let states = status.copies.map { Self.state($0).columns }.max() ?? 0
        for copy in status.copies {
            let name = copy.name.padded(to: names)
            let state = Self.state(copy).padded(to: states)
            lines.append("\(name)  \(state)  \(printable(Self.words(copy), lineStart: nil))")
            let margin = String(repeating: " ", count: names + states + 4)
            lines += (copy.report?.leftOutWords ?? []).map { margin + printable($0, lineStart: nil) }
        }
        lines += status.strangers.map { stranger in
            "the copy \(printable(stranger.name, lineStart: nil)) is not in the inventory, and \(stranger.service), which keeps it, is "
                + "\(stranger.state): it belongs to another inventory, or 'lockstep up --prune' ends it"
        }
        text = lines.map { $0 + "\n" }.joined()
    }

    /// One word on a copy: what lsyncd does for it, or the state of a service that is not there to say so.
    static func state(_ copy: FleetStatus.Copy) -> String {
        guard let report = copy.report else { return copy.state == "active" ? "silent" : copy.state }
        switch report.phase {
        case .live where report.failures > 0: return "failing"
        case .live: return copy.isBehind ? "behind" : copy.isIncomplete ? "incomplete" : "live"
        case .starting: return "starting"
        case .suspended: return "suspended"
        case .catchingUp: return "catching up"
        case .unknown(let phase): return phase
        }
    }

    private static func words(_ copy: FleetStatus.Copy) -> String {
        var words: [String] = []
        if let report = copy.report {
            if report.phase == .live, report.failures == 0 {
                words += report.backlog(at: copy.askedAt) + [sent(copy.sentAgo)]
                if report.isIncomplete { words.append("some files could not be transferred: lsyncd's log names them") }
            } else {
                words.append(report.explanation(at: copy.askedAt))
            }
            if !report.tellsWhatWaits {
                words.append("what waits is not known, as an older layer runs: 'lockstep up' replaces it")
            }
        } else if copy.state == "active" {
            words.append("\(copy.service) is active, but has said nothing for \(TargetReport.staleAfter) s")
        } else {
            words.append("\(copy.service) is \(copy.state)")
        }
        if copy.restarts > 0 {
            words.append("it was started again \(count(copy.restarts, "time", "times")): its log says why")
        }
        return words.joined(separator: "; ")
    }

    private static func words(_ usage: FleetStatus.Usage) -> String {
        let words = "\(usage.used) of \(usage.allowed)"
        switch usage.age {
        case 0: return words
        case let age?: return "\(words) (counted \(TargetReport.duration(age)) ago)"
        case nil: return "\(words) (counted some minutes ago)"
        }
    }

    private static func sent(_ ago: Int?) -> String {
        ago.map { "last sent \(TargetReport.duration($0)) ago" } ?? "nothing was sent yet"
    }

    private static func count(_ number: Int, _ one: String, _ several: String) -> String {
        "\(number) \(number == 1 ? one : several)"
    }
}
