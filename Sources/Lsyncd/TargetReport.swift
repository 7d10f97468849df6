/// What the layer says about one slave: the JSON that it writes to `/run/lockstep/SLAVE/report.json` every two seconds.
///
/// A figure that layers before the fourth do not write is nil: it is not known.
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
    /// The last line that ssh or rsync printed to standard error in the last run that failed; nil where there is none.
    package var said: String?
    /// When a run last worked, in seconds since 1970; nil where none has.
    package var succeededAt: Int?
    /// When a run last failed, in seconds since 1970; nil where none has.
    package var failedAt: Int?
    /// When the report was written, in seconds since 1970 by the master's clock.
    package var writtenAt: Int
    /// How many changed paths are not sent yet.
    package var waiting: Int?
    /// When the oldest of them changed, in seconds since 1970; nil where none waits.
    package var waitingSince: Int?
    /// When the run of rsync that goes on began, in seconds since 1970; nil where none does.
    package var sendingSince: Int?
    /// Whether the run that goes on is a full pass.
    package var isSendingAll: Bool
    /// Paths below the source that are left out of what is sent and deleted; the layer lists twenty at most.
    package var leftOut: [LeftOut]
    /// How many paths are left out, with those that are not listed.
    package var leftOutCount: Int
    /// How many directories its lsyncd watches, for all copies that it keeps, when they were last counted.
    package var watches: Int
    /// When they were counted, in seconds since 1970; nil where that is not known.
    package var watchesAt: Int?
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

    /// Whether the layer tells what waits and what is being sent.
    package var tellsWhatWaits: Bool { waiting != nil }
}
