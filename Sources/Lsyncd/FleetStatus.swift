/// How replication stands at this moment, as the master tells it: each copy, and what is used of the inotify limits.
package struct FleetStatus: Sendable, Hashable {
    /// How much of a kernel limit is used.
    package struct Usage: Sendable, Hashable {
        /// What Lockstep's lsyncd use of it.
        package var used: Int
        /// What their user may use.
        package var allowed: Int
        /// How many seconds ago that was counted; nil where it is not known.
        package var age: Int?

        /// Makes a usage that was counted just now, or so many seconds ago.
        package init(used: Int, allowed: Int, age: Int? = 0) {
            (self.used, self.allowed, self.age) = (used, allowed, age)
        }
    }

    /// A copy that the master keeps, and that the inventory does not have: of another inventory, or of a former name.
    package struct Stranger: Sendable, Hashable {
        /// Its name.
        package var name: String
        /// The service that keeps it.
        package var service: String
        /// The state of the service, in systemd's words.
        package var state: String
    }

    /// The copies of the fleet, in its order.
    package var copies: [Copy]
    /// The copies that the master keeps and the inventory does not have, by name.
    package var strangers: [Stranger]
    /// Directories that are watched by all lsyncd of Lockstep's on the master, those of other inventories too.
    package var watches: Usage
    /// inotify instances: one for each lsyncd.
    package var instances: Usage
}
