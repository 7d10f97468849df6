import FoundationEssentials
import Provisioning
import RemoteHost

extension AdHocEvent: Encodable {
    private enum Key: String, CodingKey {
        case event, verb, hosts, host, kind, fact, value, error, hint, message, counts, seconds
        case exitCode = "exit_code"
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        switch self {
        case .started(let verb, let hosts):
            try object.encode("started", forKey: .event)
            try object.encode(verb, forKey: .verb)
            try object.encode(hosts.map(\.name), forKey: .hosts)
        case .connecting(let host):
            try object.encode("connecting", forKey: .event)
            try object.encode(host, forKey: .host)
        case .fact(let host, let fact):
            try object.encode("fact", forKey: .event)
            try object.encode(host, forKey: .host)
            try object.encode(fact.kind, forKey: .kind)
            try object.encode(fact.subject, forKey: .fact)
            switch fact.value {
            case .success(let value): try object.encode(value, forKey: .value)
            case .failure(let error):
                try object.encode(error.message, forKey: .error)
                try object.encodeIfPresent(error.hint, forKey: .hint)
            }
        case .answered(let report):
            try object.encode("answered", forKey: .event)
            try report.encode(to: encoder)
        case .warning(let message):
            try object.encode("warning", forKey: .event)
            try object.encode(message, forKey: .message)
        case .interrupted(let waiting):
            try object.encode("interrupted", forKey: .event)
            try object.encode(waiting, forKey: .hosts)
        case .finished(let summary):
            try object.encode("finished", forKey: .event)
            let counts = Outcome.adHoc.map { ($0.rawValue, summary.counts[$0, default: 0]) }
            try object.encode(Dictionary(uniqueKeysWithValues: counts), forKey: .counts)
            try object.encode(summary.seconds, forKey: .seconds)
            try object.encode(summary.exitCode, forKey: .exitCode)
        }
    }
}

extension Outcome {
    /// The ways in which a host can come out of an ad hoc verb: whether a command changes anything, nobody knows.
    package static let adHoc: [Outcome] = [.ok, .failed, .unreachable, .skipped]
}

extension AdHocReport: Encodable {
    private enum Key: String, CodingKey {
        case host, outcome, message, hint, seconds, status, signal, address
        case kind = "failure"
        case text = "stdout"
        case bytes = "stdout_base64"
        case errorText = "stderr"
        case errorBytes = "stderr_base64"
        case omitted = "omitted_bytes"
        case lookup = "lookup_seconds"
        case connect = "connect_seconds"
        case handshake = "handshake_seconds"
        case authentication = "authentication_seconds"
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        try object.encode(host, forKey: .host)
        try object.encode(outcome, forKey: .outcome)
        try object.encodeIfPresent(kind, forKey: .kind)
        try object.encodeIfPresent(message, forKey: .message)
        try object.encodeIfPresent(hint, forKey: .hint)
        try object.encode(seconds, forKey: .seconds)
        if let output {
            switch output.exit {
            case .status(let status): try object.encode(status, forKey: .status)
            case .signal(let name): try object.encode(name, forKey: .signal)
            case nil: break
            }
            try Self.encode(output.standardOutput, .text, .bytes, in: &object)
            try Self.encode(output.standardError, .errorText, .errorBytes, in: &object)
            if output.omitted > 0 { try object.encode(output.omitted, forKey: .omitted) }
        }
        if let steps {
            try object.encode(steps.address, forKey: .address)
            try object.encodeIfPresent(steps.lookup, forKey: .lookup)
            try object.encode(steps.connect, forKey: .connect)
            try object.encode(steps.handshake, forKey: .handshake)
            try object.encode(steps.authentication, forKey: .authentication)
        }
    }

    /// Writes bytes as text where they are text, and else so that none of them is lost.
    private static func encode(
        _ bytes: [UInt8],
        _ textKey: Key,
        _ bytesKey: Key,
        in object: inout KeyedEncodingContainer<Key>
    ) throws {
        if let text = String(validating: bytes, as: UTF8.self) {
            try object.encode(text, forKey: textKey)
        } else {
            try object.encode(Data(bytes), forKey: bytesKey)
        }
    }
}
