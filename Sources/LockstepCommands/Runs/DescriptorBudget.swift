import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How many files this process may have open, and how many connections fit into that.
struct DescriptorBudget: Sendable, Hashable {
    /// How many files may be open at the same time.
    var limit: Int
    /// How many of them are needed for anything but connections.
    var reserve: Int

    /// A connection's socket, and what it needs beside it while it is made: a look-up, an agent, a second address.
    private static let perConnection = 2

    /// The budget of this process, after its limit has been raised as far as it may.
    static func raised() -> DescriptorBudget {
        var limit = rlimit()
        guard getrlimit(openFiles, &limit) == 0 else { return DescriptorBudget(limit: 256, reserve: standardReserve) }
        let before = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        if setrlimit(openFiles, &limit) != 0 { limit.rlim_cur = before }
        return DescriptorBudget(limit: Int(clamping: limit.rlim_cur), reserve: standardReserve)
    }

    /// How many hosts may be connected to at the same time, of those that are wanted; at least one.
    ///
    /// - Parameter kept: connections that stay open although their hosts have given their places away.
    func places(wanted: Int, hosts: Int, kept: Int = 0) -> Int {
        // Where all hosts fit, nobody needs to hear of it.
        let useful = max(1, min(wanted, hosts))
        let room = max(1, (limit - reserve - kept) / (kept > 0 ? Self.perConnection - 1 : Self.perConnection))
        return room >= useful ? wanted : room
    }

    /// Whether so many connections can be open, one of them being made.
    func holds(_ connections: Int) -> Bool { reserve + connections + Self.perConnection - 1 <= limit }

    /// What to tell where there are fewer places than wanted.
    func note(places: Int, wanted: Int, hosts: Int) -> String? {
        guard places < min(wanted, hosts) else { return nil }
        let hosts = places == 1 ? "1 host is" : "\(places) hosts are"
        return "only \(limit) files may be open (ulimit -n): \(hosts) worked on at a time, not \(wanted)"
    }

    /// Standard streams, an inventory, known_hosts and a key, and three files for each of NIO's threads.
    private static let standardReserve = 16 + 3 * ProcessInfo.processInfo.activeProcessorCount

    #if canImport(Glibc)
        private static let openFiles = Int32(RLIMIT_NOFILE.rawValue)
    #else
        private static let openFiles = RLIMIT_NOFILE
    #endif
}
