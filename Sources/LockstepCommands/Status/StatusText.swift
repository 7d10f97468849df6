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
            \(master): \(Self.count(status.copies.count, "copy", "copies")); \(status.watches.used) of \
            \(status.watches.allowed) watches and \(status.instances.used) of \(status.instances.allowed) inotify instances \
            in use
            """
        ]
        let names = status.copies.map(\.name.columns).max() ?? 0
        let states = status.copies.map { Self.state($0).columns }.max() ?? 0
        for copy in status.copies {
            let name = copy.name.padded(to: names)
            let state = Self.state(copy).padded(to: states)
            lines.append("\(name)  \(state)  \(Self.words(copy))")
        }
        text = lines.map { $0 + "\n" }.joined()
    }

    /// One word on a copy: what lsyncd does for it, or the state of a service that is not there to say so.
    static func state(_ copy: FleetStatus.Copy) -> String {
        guard let report = copy.report else { return copy.state == "active" ? "silent" : copy.state }
        switch report.phase {
        case .live: return report.isIncomplete ? "incomplete" : report.failures > 0 ? "failing" : "live"
        case .starting: return "starting"
        case .suspended: return "suspended"
        case .catchingUp: return "catching up"
        case .unknown(let phase): return phase
        }
    }

    private static func words(_ copy: FleetStatus.Copy) -> String {
        var words: [String] = []
        if let report = copy.report {
            words.append(copy.isSound ? sent(copy.sentAgo) : report.explanation)
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

    private static func sent(_ ago: Int?) -> String {
        guard let ago else { return "nothing was sent yet" }
        switch ago {
        case ..<120: return "last sent \(ago) s ago"
        case ..<7200: return "last sent \(ago / 60) min ago"
        case ..<172_800: return "last sent \(ago / 3600) h ago"
        default: return "last sent \(ago / 86_400) days ago"
        }
    }

    private static func count(_ number: Int, _ one: String, _ several: String) -> String {
        "\(number) \(number == 1 ? one : several)"
    }
}
