import FoundationEssentials

extension TargetReport {
    /// Reads a report. Unknown keys are skipped; nil where the text is no report.
    package init?(parsing text: String) {
        guard let report = try? JSONDecoder().decode(TargetReport.self, from: Data(text.utf8)) else { return nil }
        self = report
    }
}

extension TargetReport: Decodable {
    private enum Key: String, CodingKey {
        case name, phase, incomplete, failures, runs, exit, said, waiting, watches, lsyncd
        case retryIn = "retry_in"
        case succeededAt = "ok_at"
        case failedAt = "failed_at"
        case writtenAt = "written_at"
        case waitingSince = "waiting_since"
        case sendingSince = "sending_since"
        case sendingAll = "sending_full"
        case leftOut = "left_out"
        case leftOutCount = "left_out_count"
        case watchesAt = "watches_at"
    }

    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Key.self)
        // A value of another kind than expected is one that this version does not know.
        func value<Value: Decodable>(_ key: Key, _ type: Value.Type = Value.self) -> Value? {
            (try? object.decodeIfPresent(type, forKey: key)) ?? nil
        }
        // The layer writes 0 for a time that there was not.
        func time(_ key: Key) -> Int? { value(key, Int.self).flatMap { $0 == 0 ? nil : $0 } }

        name = try object.decode(String.self, forKey: .name)
        phase = Phase(try object.decode(String.self, forKey: .phase))
        writtenAt = try object.decode(Int.self, forKey: .writtenAt)
        isIncomplete = value(.incomplete) ?? false
        failures = value(.failures) ?? 0
        retryIn = value(.retryIn) ?? 0
        runs = value(.runs) ?? 0
        lastExit = value(.exit, Int.self).flatMap { $0 < 0 ? nil : RsyncExitCode($0) }
        said = value(.said, String.self).flatMap { $0.isEmpty ? nil : $0 }
        (succeededAt, failedAt) = (time(.succeededAt), time(.failedAt))
        waiting = value(.waiting)
        (waitingSince, sendingSince) = (time(.waitingSince), time(.sendingSince))
        isSendingAll = value(.sendingAll) ?? false
        // An empty table of Lua's may be written as an object.
        leftOut = value(.leftOut) ?? []
        leftOutCount = max(leftOut.count, value(.leftOutCount) ?? 0)
        watches = value(.watches) ?? 0
        watchesAt = time(.watchesAt)
        lsyncd = value(.lsyncd)
    }
}

extension TargetReport.Phase {
    /// What the layer's word means.
    fileprivate init(_ word: String) {
        self =
            switch word {
            case "starting": .starting
            case "live": .live
            case "suspended": .suspended
            case "catching-up": .catchingUp
            default: .unknown(word)
            }
    }
}

extension LeftOut: Decodable {
    private enum Key: String, CodingKey { case path, why }

    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Key.self)
        let why = try object.decode(String.self, forKey: .why)
        self.init(path: try object.decode(String.self, forKey: .path), reason: Reason(rawValue: why))
    }
}

extension LeftOut.Reason: RawRepresentable {
    package init(rawValue word: String) {
        self =
            switch word {
            case "unmounted": .unmounted
            case "unreadable": .unreadable
            case "blocked": .blocked
            default: .unknown(word)
            }
    }

    /// The layer's word for it.
    package var rawValue: String {
        switch self {
        case .unmounted: "unmounted"
        case .unreadable: "unreadable"
        case .blocked: "blocked"
        case .unknown(let word): word
        }
    }
}
