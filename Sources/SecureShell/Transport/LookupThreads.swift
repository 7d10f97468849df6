import NIOPosix
import Synchronization

/// Threads for name look-ups, which may wait for long: as many as there are look-ups, whatever else the process does.
///
/// A look-up cannot be stopped. One that nobody waits for any more keeps its thread until its name servers are given up,
/// and must not keep other names waiting meanwhile.
final class LookupThreads: Sendable {
    /// The threads of this process.
    static let shared = LookupThreads()

    /// How many threads are started at a time.
    private static let groupSize = 16

    private struct Group {
        let pool: NIOThreadPool
        var busy = 0
    }

    private let groups = Mutex<[Group]>([])

    /// Makes threads when they are needed.
    init() {}

    /// Does some work at once, however much of it is under way.
    func submit(_ work: @escaping @Sendable () -> Void) {
        let (index, pool) = groups.withLock { groups in
            let free = groups.firstIndex { $0.busy < Self.groupSize }
            if free == nil {
                let pool = NIOThreadPool(numberOfThreads: Self.groupSize)
                pool.start()
                groups.append(Group(pool: pool))
            }
            let index = free ?? groups.count - 1
            groups[index].busy += 1
            return (index, groups[index].pool)
        }
        pool.submit { [self] _ in
            work()
            groups.withLock { $0[index].busy -= 1 }
        }
    }
}
