/// How many directories a master can watch, and how many a fleet needs watched.
///
/// Each lsyncd watches every directory of its sources once, however many copies it keeps. A watch takes about 1 KiB of the
/// kernel's memory (inotify(7) names no figure; 1,080 bytes on 64 bits is what the kernel's own default counts with).
package struct InotifyBudget: Sendable, Hashable {
    /// The most watches that may be used.
    package let watches: Int

    /// The most lsyncd that one master runs: each takes an inotify instance of its user's and some MiB of memory.
    package static let instances = 512

    /// What the limit of watches is raised to in any case.
    package static let usualLimit = 524_288

    /// What the limit of inotify instances is raised to in any case.
    package static let usualInstances = 1024

    /// How many watches suffice where nobody has counted.
    package static let usualNeed = 65_536

    /// Makes the budget of a machine: an eighth of its memory, or the present limit where that cannot be raised.
    ///
    /// - Parameter memory: in KiB.
    package init(memory: Int, limit: Int, isLimitWritable: Bool) {
        watches = isLimitWritable ? max(limit, memory / 8) : limit
    }

    /// Whether a number of watches fits, with as much again to grow.
    package func holds(_ needed: Int, withRoom: Bool) -> Bool { needed * (withRoom ? 2 : 1) <= watches }

    /// The limit of inotify instances to set for a number of lsyncd that there are now.
    package static func instanceLimit(for needed: Int) -> Int { max(usualInstances, needed * 2) }

    /// The limit to set for a number of watches that are needed now.
    package static func limit(for needed: Int) -> Int { max(usualLimit, needed * 2) }
}
