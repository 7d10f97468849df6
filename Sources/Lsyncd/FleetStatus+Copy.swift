extension FleetStatus {
    /// A copy of a directory on a slave.
    package struct Copy: Sendable, Hashable {
        /// Its name.
        package var name: String
        /// The service that keeps it.
        package var service: String
        /// systemd's word for the service's state: `active`, `failed`, `inactive` and so on; of others the first and the last.
        package var state: String
        /// How often the service was started again by itself since it was started.
        package var restarts: Int
        /// How long changes are gathered before they are sent, in seconds.
        package var delay = standardDelay
        /// When the master was asked, in seconds since 1970 by its clock.
        package var askedAt = 0
        /// What lsyncd last said of it; none where it said nothing yet, or nothing for so long that it is gone or stuck.
        package var report: TargetReport?

        /// The delay of a copy whose settings do not tell it.
        static let standardDelay = 1.0
        /// The seconds that a change may wait, or be on its way, beyond the copy's delay: a transfer of usual length.
        package static let patience = 10

        /// Seconds since something was last sent; none where nothing was.
        package var sentAgo: Int? { age(of: report?.succeededAt) }
        /// Seconds for which the oldest change waits that is not sent; none where none waits, or that is not known.
        package var waitingFor: Int? { age(of: report?.waitingSince) }
        /// Seconds since the transfer that goes on began; none where none does, or that is not known.
        package var sendingFor: Int? { age(of: report?.sendingSince) }

        /// Whether a change waits, or a transfer goes on, for longer than the delay and a transfer of usual length.
        package var isBehind: Bool {
            let limit = Int(delay.rounded(.up)) + Self.patience
            return max(waitingFor ?? 0, sendingFor ?? 0) > limit
        }

        /// Whether it lacks files that could not be transferred, or paths that are left out.
        package var isIncomplete: Bool { report.map { $0.isIncomplete || $0.leftOutCount > 0 } ?? false }

        /// Whether it follows its source, and nothing is missing in it.
        package var isSound: Bool {
            report.map { $0.phase == .live && $0.failures == 0 && !isBehind && !isIncomplete } ?? false
        }

        private func age(of time: Int?) -> Int? { time.map { max(0, askedAt - $0) } }
    }
}
