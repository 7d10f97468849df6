extension TargetReport {
    /// The report in one line for a person: what lsyncd does for the slave, and how rsync last ended.
    package var explanation: String {
        var words =
            switch phase {
            case .starting: "lsyncd makes its first full pass to \(name)"
            case .live: "lsyncd believes that \(name) is up to date"
            case .suspended: "lsyncd cannot reach \(name) and tries again in \(retryIn) s"
            case .catchingUp: "lsyncd makes a full pass to \(name)"
            case .unknown(let phase): "lsyncd says of \(name): \(phase)"
            }
        if failures > 0 { words += ", after \(failures) failures" }
        if let lastExit, !lastExit.isSuccess {
            words += "; rsync last ended with \(lastExit.number): \(lastExit.meaning)"
            if let advice = lastExit.advice { words += " (\(advice))" }
        }
        if isIncomplete { words += "; some files could not be transferred" }
        return words
    }
}
