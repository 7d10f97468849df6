import Lsyncd
import Playbooks

/// Which copies are as far as the tasks make them: their slave's own tasks are settled, and on the master those for the
/// slave and for the lsyncd that keeps the copy.
struct CopyReadiness: Sendable {
    /// What a copy waits for.
    private enum Awaited: Sendable, Hashable {
        /// That a host may be asked: the master when it has been looked at, a slave when its own tasks are settled.
        case host(String)
        /// The tasks on the master for all that has to do with a slave, or for an lsyncd that several copies share.
        case tasks(String)
    }

    private let master: String?
    /// What the tasks on the master for an item count for.
    private var keys: [String: Awaited] = [:]
    private var open: [Awaited: Int] = [:]
    private var waiters: [Awaited: [String]] = [:]
    /// How many of the things that each copy waits for are open.
    private var remaining: [String: Int] = [:]

    /// Begins with nothing settled.
    init(of syncs: [RunSync], keptBy layout: InstanceLayout, master: String?, _ instances: [TaskInstance]) {
        self.master = master
        let slaves = Set(syncs.flatMap(\.mirrors).map(\.slave))
        for instance in instances where instance.host == master {
            guard let item = instance.item else { continue }
            let key = Awaited.tasks(slaves.contains(item.host) ? item.host : item.name)
            keys[item.name] = key
            open[key, default: 0] += 1
        }
        for mirror in syncs.flatMap(\.mirrors) {
            let keeper = layout.instance(of: mirror.name)?.name ?? mirror.name
            let awaited = Set([Awaited.tasks(mirror.slave), .tasks(keeper)].filter { open[$0] != nil })
                .union([.host(mirror.slave)] + (master.map { [.host($0)] } ?? []))
            for key in awaited { waiters[key, default: []].append(mirror.name) }
            remaining[mirror.name] = awaited.count
        }
    }

    /// A task is settled; returns the copies that are ready by that.
    mutating func settled(_ report: TaskReport) -> [String] {
        guard report.host == master, let key = report.item.flatMap({ keys[$0] }) else { return [] }
        open[key, default: 0] -= 1
        return open[key] == 0 ? release(key) : []
    }

    /// A host may be asked; returns the copies that are ready by that.
    mutating func opened(_ host: String) -> [String] { release(.host(host)) }

    private mutating func release(_ key: Awaited) -> [String] {
        var ready: [String] = []
        for copy in waiters.removeValue(forKey: key) ?? [] {
            remaining[copy, default: 0] -= 1
            if remaining[copy] == 0 { ready.append(copy) }
        }
        return ready
    }
}
