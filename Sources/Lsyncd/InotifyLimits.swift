/// The kernel's limits for inotify, as `/proc/sys/fs/inotify` has them.
package struct InotifyLimits: Sendable, Hashable {
    /// Watches for each user: `fs.inotify.max_user_watches`.
    package var watches: Int
    /// Instances for each user: `fs.inotify.max_user_instances`.
    package var instances: Int
    /// Events that wait in one instance before the rest is lost: `fs.inotify.max_queued_events`.
    package var queuedEvents: Int

    /// Makes a set of limits.
    package init(watches: Int, instances: Int, queuedEvents: Int) {
        (self.watches, self.instances, self.queuedEvents) = (watches, instances, queuedEvents)
    }

    /// Whether each limit is at least the other's.
    package func covers(_ other: InotifyLimits) -> Bool {
        watches >= other.watches && instances >= other.instances && queuedEvents >= other.queuedEvents
    }

    /// The names and values for sysctl, in a fixed order.
    package var settings: [(name: String, value: Int)] {
        [
            ("fs.inotify.max_queued_events", queuedEvents),
            ("fs.inotify.max_user_instances", instances),
            ("fs.inotify.max_user_watches", watches),
        ]
    }
}
