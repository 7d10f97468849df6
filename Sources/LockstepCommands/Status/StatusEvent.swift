import Lsyncd

/// What `lockstep status --json` prints, one object a line.
enum StatusEvent: Sendable, Encodable {
    /// How a copy stands.
    case copy(FleetStatus.Copy)
    /// A copy that the master keeps and the inventory does not have.
    case stranger(FleetStatus.Stranger)
    /// What is used of the master's inotify limits.
    case limits(watches: FleetStatus.Usage, instances: FleetStatus.Usage)

    /// The lines for a status, the limits last.
    static func all(of status: FleetStatus) -> [StatusEvent] {
        status.copies.map(StatusEvent.copy) + status.strangers.map(StatusEvent.stranger) + [
            .limits(watches: status.watches, instances: status.instances)
        ]
    }

    private enum Key: String, CodingKey {
        case event, name, service, state, failures, restarts, said, waiting, watches, instances
        case waitingFor = "waiting_for"
        case sendingFor = "sending_for"
        case leftOut = "left_out"
        case leftOutCount = "left_out_count"
        case exitCode = "rsync_exit_code"
        case retryIn = "retry_in"
        case sentAgo = "sent_ago"
    }

    private struct Usage: Encodable {
        var used: Int
        var allowed: Int
        var countedAgo: Int?

        private enum CodingKeys: String, CodingKey {
            case used, allowed
            case countedAgo = "counted_ago"
        }

        init(_ usage: FleetStatus.Usage) { (used, allowed, countedAgo) = (usage.used, usage.allowed, usage.age) }
    }

    private struct Path: Encodable {
        var path: String
        var why: String

        init(_ leftOut: LeftOut) { (path, why) = (leftOut.path, leftOut.reason.rawValue) }
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
            try object.encodeIfPresent(copy.report?.failure?.said, forKey: .said)
            try object.encodeIfPresent(copy.sentAgo, forKey: .sentAgo)
            try object.encodeIfPresent(copy.report?.waiting, forKey: .waiting)
            try object.encodeIfPresent(copy.waitingFor, forKey: .waitingFor)
            try object.encodeIfPresent(copy.sendingFor, forKey: .sendingFor)
            if let report = copy.report, report.leftOutCount > 0 {
                try object.encode(report.leftOut.map(Path.init), forKey: .leftOut)
                try object.encode(report.leftOutCount, forKey: .leftOutCount)
            }
        case .stranger(let stranger):
            try object.encode("stranger", forKey: .event)
            try object.encode(stranger.name, forKey: .name)
            try object.encode(stranger.service, forKey: .service)
            try object.encode(stranger.state, forKey: .state)
        case .limits(let watches, let instances):
            try object.encode("limits", forKey: .event)
            try object.encode(Usage(watches), forKey: .watches)
            try object.encode(Usage(instances), forKey: .instances)
        }
    }
}
