import Provisioning

extension RunEvent: Codable {
    /// The word behind `event`, which tells what else is in the object.
    private enum Name: String, Codable {
        case started, connecting, probed, applying, task, host
        case firstPass = "first_pass"
        case canaryWritten = "canary_written"
        case canarySeen = "canary_seen"
        case sending, proven, warning, interrupted, finished
    }

    private enum Key: String, CodingKey {
        case event, verb, hosts, tasks, host, seconds, kinds, changes, sync, step, latencies, message
    }

    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Key.self)
        let host = { try object.decode(String.self, forKey: .host) }
        let sync = { try object.decodeIfPresent(String.self, forKey: .sync) }
        switch try object.decode(Name.self, forKey: .event) {
        case .started:
            self = .started(
                verb: try object.decode(String.self, forKey: .verb),
                hosts: try object.decode([String].self, forKey: .hosts),
                tasks: try object.decode(Int.self, forKey: .tasks)
            )
        case .connecting: self = .connecting(host: try host())
        case .probed:
            self = .probed(
                host: try host(),
                seconds: try object.decode(Double.self, forKey: .seconds),
                kinds: try object.decodeIfPresent([KindTime].self, forKey: .kinds) ?? []
            )
        case .applying: self = .applying(host: try host(), changes: try object.decode([String].self, forKey: .changes))
        case .task: self = .task(try TaskReport(from: decoder))
        case .host: self = .host(try HostReport(from: decoder))
        case .firstPass: self = .firstPass(waiting: try object.decode([String].self, forKey: .hosts))
        case .canaryWritten:
            self = .canaryWritten(sync: try sync(), step: try object.decode(String.self, forKey: .step))
        case .canarySeen:
            self = .canarySeen(
                host: try host(),
                sync: try sync(),
                step: try object.decode(String.self, forKey: .step),
                seconds: try object.decode(Double.self, forKey: .seconds)
            )
        case .sending:
            self = .sending(
                host: try host(),
                sync: try sync(),
                seconds: try object.decode(Double.self, forKey: .seconds)
            )
        case .proven:
            self = .proven(
                host: try host(),
                sync: try sync(),
                latencies: try object.decode([StepLatency].self, forKey: .latencies)
            )
        case .warning:
            self = .warning(
                host: try object.decodeIfPresent(String.self, forKey: .host),
                message: try object.decode(String.self, forKey: .message)
            )
        case .interrupted: self = .interrupted
        case .finished: self = .finished(try RunSummary(from: decoder))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        try object.encode(name, forKey: .event)
        switch self {
        case .started(let verb, let hosts, let tasks):
            try object.encode(verb, forKey: .verb)
            try object.encode(hosts, forKey: .hosts)
            try object.encode(tasks, forKey: .tasks)
        case .connecting(let host): try object.encode(host, forKey: .host)
        case .probed(let host, let seconds, let kinds):
            try object.encode(host, forKey: .host)
            try object.encode(seconds, forKey: .seconds)
            if !kinds.isEmpty { try object.encode(kinds, forKey: .kinds) }
        case .applying(let host, let changes):
            try object.encode(host, forKey: .host)
            try object.encode(changes, forKey: .changes)
        // Reports write their fields beside the word, into the same object.
        case .task(let report): try report.encode(to: encoder)
        case .host(let report): try report.encode(to: encoder)
        case .firstPass(let waiting): try object.encode(waiting, forKey: .hosts)
        case .canaryWritten(let sync, let step):
            try object.encodeIfPresent(sync, forKey: .sync)
            try object.encode(step, forKey: .step)
        case .canarySeen(let host, let sync, let step, let seconds):
            try object.encode(host, forKey: .host)
            try object.encodeIfPresent(sync, forKey: .sync)
            try object.encode(step, forKey: .step)
            try object.encode(seconds, forKey: .seconds)
        case .sending(let host, let sync, let seconds):
            try object.encode(host, forKey: .host)
            try object.encodeIfPresent(sync, forKey: .sync)
            try object.encode(seconds, forKey: .seconds)
        case .proven(let host, let sync, let latencies):
            try object.encode(host, forKey: .host)
            try object.encodeIfPresent(sync, forKey: .sync)
            try object.encode(latencies, forKey: .latencies)
        case .warning(let host, let message):
            try object.encodeIfPresent(host, forKey: .host)
            try object.encode(message, forKey: .message)
        case .interrupted: break
        case .finished(let summary): try summary.encode(to: encoder)
        }
    }

    private var name: Name {
        switch self {
        case .started: .started
        case .connecting: .connecting
        case .probed: .probed
        case .applying: .applying
        case .task: .task
        case .host: .host
        case .firstPass: .firstPass
        case .canaryWritten: .canaryWritten
        case .canarySeen: .canarySeen
        case .sending: .sending
        case .proven: .proven
        case .warning: .warning
        case .interrupted: .interrupted
        case .finished: .finished
        }
    }
}
