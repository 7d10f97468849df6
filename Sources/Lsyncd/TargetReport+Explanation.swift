extension TargetReport {
    /// Why the last run of rsync failed; nil where it worked, or none has ended.
    package var failure: TransferFailure? {
        lastExit.flatMap { $0.isSuccess ? nil : TransferFailure(exit: $0, said: said) }
    }

    /// The report in one line for a person: what lsyncd does for the slave, what waits since when by this time, and how
    /// rsync last ended. What is left out is in `leftOutWords`.
    ///
    /// - Parameter now: seconds since 1970 by the master's clock.
    package func explanation(at now: Int) -> String {
        var words = [phaseWords]
        words += backlog(at: now)
        if let failure { words.append(failure.explanation) }
        if isIncomplete { words.append("some files could not be transferred") }
        return words.joined(separator: "; ")
    }

    private var phaseWords: String {
        let words =
            switch phase {
            case .starting: "lsyncd makes its first full pass to \(name)"
            case .live where (waiting ?? 0) > 0 || sendingSince != nil: "lsyncd follows the source for \(name)"
            case .live: "lsyncd believes that \(name) is up to date"
            case .suspended: "lsyncd cannot reach \(name) and tries again in \(retryIn) s"
            case .catchingUp: "lsyncd makes a full pass to \(name)"
            case .unknown(let phase): "lsyncd says of \(name): \(phase)"
            }
        return failures > 0 ? words + ", after \(failures) \(failures == 1 ? "failure" : "failures")" : words
    }

    /// What waits and what is being sent, each since when; nothing where all is sent, or the layer does not tell.
    package func backlog(at now: Int) -> [String] {
        var words: [String] = []
        if let waiting, waiting > 0 {
            let changes = waiting == 1 ? "1 change waits" : "\(waiting) changes wait"
            guard let waitingSince else { return [changes] }
            let age = Self.duration(now - waitingSince)
            words.append(waiting == 1 ? "\(changes), for \(age)" : "\(changes), the oldest for \(age)")
        }
        if let sendingSince {
            words.append("\(isSendingAll ? "a full pass goes on" : "sending") for \(Self.duration(now - sendingSince))")
        }
        return words
    }

    /// Each path that is left out, why, and what to do; at most three of a kind are named.
    package var leftOutWords: [String] {
        var reasons: [LeftOut.Reason] = []
        for path in leftOut where !reasons.contains(path.reason) { reasons.append(path.reason) }
        var words = reasons.map { reason in
            let paths = leftOut.filter { $0.reason == reason }.map(\.path)
            let named = paths.prefix(3).joined(separator: ", ")
            let rest = paths.count > 3 ? " and \(paths.count - 3) more" : ""
            return "left out: \(named)\(rest): \(reason.meaning)"
        }
        if leftOutCount > leftOut.count { words.append("\(leftOutCount - leftOut.count) more paths are left out") }
        return words
    }

    /// A number of seconds as people say it.
    package static func duration(_ seconds: Int) -> String {
        switch max(0, seconds) {
        case let seconds where seconds < 120: "\(seconds) s"
        case let seconds where seconds < 7200: "\(seconds / 60) min"
        case let seconds where seconds < 172_800: "\(seconds / 3600) h"
        case let seconds: "\(seconds / 86_400) days"
        }
    }
}

extension LeftOut.Reason {
    /// What happened to the path, and what to do.
    fileprivate var meaning: String {
        switch self {
        case .unmounted:
            "the file system that was mounted there is missing, and the slave keeps what it has of it; mount it, or run 'lockstep resync --accept-missing PATH' if it is gone for good"
        case .unreadable:
            "the user lockstep cannot read it on the master, and the slave keeps what it has of it; give that user the right to read it"
        case .blocked:
            "something on the slave is in its way and may not be deleted; remove it there, or set 'delete = yes'"
        case .unknown(let word): word
        }
    }
}
