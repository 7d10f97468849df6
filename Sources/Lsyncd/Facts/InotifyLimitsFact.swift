package import Provisioning

/// What a kernel allows each user of inotify.
package struct InotifyLimits: Sendable, Hashable {
    /// How many directories may be watched.
    package var watches: Int
    /// How many programs may watch.
    package var instances: Int
    /// Whether they can be changed there.
    package var areWritable: Bool

    package init(watches: Int, instances: Int, areWritable: Bool = true) {
        (self.watches, self.instances, self.areWritable) = (watches, instances, areWritable)
    }
}

/// The limits of inotify on a host.
package struct InotifyLimitsFact: SingleFact {
    package static let kind = "inotify-limits"
    package typealias Value = InotifyLimits

    package init() {}

    /// For root, BusyBox's `[ -w ]` is true on a file system that is read-only too; so the file is opened, and nothing written.
    package var script: String {
        """
        cd /proc/sys/fs/inotify || exit
        cat max_user_watches max_user_instances
        if [ -w max_user_watches ] && { true >>max_user_watches; } 2>/dev/null; then echo writable; fi
        """
    }

    package func value(in output: ProbeOutput) throws(PlanError) -> InotifyLimits {
        let words = output.lines
        guard words.count > 1, let watches = Int(words[0]), let instances = Int(words[1]), watches > 0 else {
            throw PlanError("the limits of inotify cannot be read\(output.reason)")
        }
        return InotifyLimits(watches: watches, instances: instances, areWritable: words.count > 2)
    }
}
