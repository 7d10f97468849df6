import Lsyncd

/// What `lockstep status --json` prints, one object a line.
enum StatusEvent: Sendable, Encodable {
    /// How a copy stands.
    case copy(FleetStatus.Copy)
    /// What is used of the master's inotify limits.
    case limits(watches: FleetStatus.Usage, instances: FleetStatus.Usage)

    /// The lines for a status, the limits last.
    static func all(of status: FleetStatus) -> [StatusEvent] {
        status.copies.map(StatusEvent.copy) + [.limits(watches: status.watches, instances: status.instances)]
    }

    private enum Key: String, CodingKey {
        case event, name, service, state, failures, restarts, watches, instances
        case exitCode = "rsync_exit_code"
        case retryIn = "retry_in"
        case sentAgo = "sent_ago"
    }

    private struct Usage: Encodable {
        var used: Int
        var allowed: Int

        init(_ usage: FleetStatus.Usage) { (used, allowed) = (usage.used, usage.allowed) }
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        switch self {
        case .copy(let copy):
            try object.encode("copy", forKey: .event)
            try object.encode(copy.name, forKey: .name)
            try object.encode(copy.service, forKey: .service)
            try object.encode(StatusText.state(copy), forKey: .state)
            try object.encode(copy.restarts, forKey: .restarts)
            try object.encodeIfPresent(copy.report?.failures, forKey: .failures)
            try object.encodeIfPresent(copy.report?.lastExit?.number, forKey: .exitCode)
            try object.encodeIfPresent(
                copy.report.flatMap { $0.phase == .suspended ? $0.retryIn : nil },
                forKey: .retryIn
            )
            try object.encodeIfPresent(copy.sentAgo, forKey: .sentAgo)
        case .limits(let watches, let instances):
            try object.encode("limits", forKey: .event)
            try object.encode(Usage(watches), forKey: .watches)
            try object.encode(Usage(instances), forKey: .instances)
        }
    }
}
