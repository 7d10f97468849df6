/// What the layer says about one slave: the JSON that it writes to `/run/lockstep/SLAVE/report.json` every two seconds.
package struct TargetReport: Sendable, Hashable {
    /// The slave's name.
    package var name: String
    /// What lsyncd is doing for it.
    package var phase: Phase
    /// Whether files were left behind that rsync could not transfer one by one.
    package var isIncomplete: Bool
    /// Failed attempts since the last one that worked.
    package var failures: Int
    /// Seconds until the next attempt.
    package var retryIn: Int
    /// Runs of rsync since lsyncd started.
    package var runs: Int
    /// How the last of them ended; nil before the first.
    package var lastExit: RsyncExitCode?
    /// When a run last worked, in seconds since 1970; nil where none has.
    package var succeededAt: Int?
    /// When a run last failed, in seconds since 1970; nil where none has.
    package var failedAt: Int?
    /// When the report was written, in seconds since 1970 by the master's clock.
    package var writtenAt: Int
    /// How many directories its lsyncd watches, for all copies that it keeps; counted every ten minutes.
    package var watches: Int
    /// The version of lsyncd that wrote it, where it said so.
    package var lsyncd: String?

    /// What lsyncd is doing for a slave.
    package enum Phase: Sendable, Hashable {
        /// The first full pass is not done.
        case starting
        /// Changes are sent as they happen.
        case live
        /// Attempts failed; changes are not queued but made good by a full pass when one works.
        case suspended
        /// A full pass runs, or is about to.
        case catchingUp
        /// A word that this version does not know.
        case unknown(String)
    }

    /// The seconds after which a report that was not renewed means that lsyncd is gone or stuck.
    package static let staleAfter = 10

    /// Whether lsyncd was alive at this time by the master's clock, in seconds since 1970.
    package func isAlive(at time: Int) -> Bool { time - writtenAt < Self.staleAfter }

    /// Reads a report. Unknown keys are skipped; nil where the text is no report.
    package init?(parsing text: String) {
        guard let object = FlatJSON(parsing: text),
            case .string(let name)? = object["name"],
            case .string(let phase)? = object["phase"],
            let writtenAt = object.integer("written_at")
        else { return nil }
        self.name = name
        self.phase =
            switch phase {
            case "starting": .starting
            case "live": .live
            case "suspended": .suspended
            case "catching-up": .catchingUp
            default: .unknown(phase)
            }
        isIncomplete = object["incomplete"] == .boolean(true)
        failures = object.integer("failures") ?? 0
        retryIn = object.integer("retry_in") ?? 0
        runs = object.integer("runs") ?? 0
        watches = object.integer("watches") ?? 0
        lastExit = object.integer("exit").flatMap { $0 < 0 ? nil : RsyncExitCode($0) }
        succeededAt = object.integer("ok_at").flatMap { $0 == 0 ? nil : $0 }
        failedAt = object.integer("failed_at").flatMap { $0 == 0 ? nil : $0 }
        self.writtenAt = writtenAt
        if case .string(let version)? = object["lsyncd"] { lsyncd = version }
    }
}
