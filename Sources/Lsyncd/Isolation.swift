/// How many copies share one lsyncd.
package enum Isolation: Sendable, Hashable {
    /// As few as the master's inotify budget allows.
    case automatic
    /// Each copy has an lsyncd of its own.
    case perSlave
    /// All copies are kept by this number of lsyncd.
    case shards(Int)

    /// Reads the inventory's word for it; nil where it is none.
    package init?(_ word: String) {
        switch word {
        case "auto": self = .automatic
        case "per-slave": self = .perSlave
        case "shared": self = .shards(1)
        default:
            guard word.hasPrefix("shards:"), let count = Int(word.dropFirst("shards:".count)), count > 0 else {
                return nil
            }
            self = .shards(count)
        }
    }
}
