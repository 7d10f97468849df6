/// What a master's lsyncds need of inotify: each instance watches each directory of the source once.
package struct InotifyBudget: Sendable, Hashable {
    /// The directories of the source, itself included.
    package var directories: Int
    /// The lsyncds that watch it.
    package var instances: Int

    /// Makes a budget.
    package init(directories: Int, instances: Int) {
        (self.directories, self.instances) = (directories, instances)
    }

    /// The limits that are just enough today. lsyncd ends when a watch is refused, at its start and later.
    package var minimum: InotifyLimits {
        InotifyLimits(watches: directories * instances, instances: instances, queuedEvents: Self.defaultQueue)
    }

    /// The limits to set: the source may double, and a burst of some hundred thousand files loses no event.
    ///
    /// An event that is lost makes lsyncd go over the whole source again; 16384, the kernel's default, did not hold
    /// 10,000 new files.
    package var recommended: InotifyLimits {
        InotifyLimits(
            watches: max(524_288, 2 * minimum.watches),
            instances: max(1024, 2 * instances),
            queuedEvents: 1_048_576
        )
    }

    /// The kernel's memory for these watches, in bytes, about 1 KiB each (64 bit).
    package var memory: Int { minimum.watches * 1024 }

    /// How some limits stand to this budget.
    package func verdict(on limits: InotifyLimits) -> Verdict {
        if limits.covers(recommended) { return .ample }
        return limits.covers(minimum) ? .enough : .tooSmall
    }

    /// How limits stand to a budget.
    package enum Verdict: Sendable, Hashable {
        /// Nothing to do.
        case ample
        /// It works today, without head-room.
        case enough
        /// lsyncd would end, or lose events.
        case tooSmall
    }

    private static let defaultQueue = 16_384
}
