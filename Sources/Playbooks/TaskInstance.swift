/// One task on one host, for one item of its loop if it has one.
package struct TaskInstance: Sendable, Identifiable {
    /// Its place among all instances of the run.
    package var id: Int
    /// The task.
    package var task: PlaybookTask
    /// The host on which it runs.
    package var host: String
    /// The host, or the part of one, for which the loop runs.
    package var item: Item?

    /// What a loop runs for.
    package struct Item: Sendable, Hashable {
        /// Its name.
        package var name: String
        /// The host whose part it is, or that it is.
        package var host: String
        /// The items and hosts that it cannot do without, itself first.
        package var needs: [String]
        /// The handover with which it begins, when all that is in none has begun; by the handover's name.
        package var handover: String?
        /// What has to be so for it, where it is a handover.
        package var conditions: HandoverConditions?

        /// An item that is a host.
        init(host: String) {
            name = host
            self.host = host
            needs = [host]
        }

        /// An item that is a part of a host.
        init(_ item: PlaybookItem) {
            name = item.name
            host = item.host
            var needs = [item.name]
            for need in [item.host] + item.needs where !needs.contains(need) { needs.append(need) }
            self.needs = needs
        }

        /// An item that is an lsyncd, or what lsyncd hand over: it cannot do without its handover.
        init(handedOver item: PlaybookItem) {
            self.init(item)
            conditions = item.conditions
            handover = item.handover
            if let handover, handover != name { needs.append(handover) }
        }
    }

    /// The host beside whose items those of others are worked on at the same time; none where that waits for all before.
    package var lane: String? { item.flatMap { $0.handover == nil ? $0.host : nil } }

    /// The host that a failure counts against: the item's, or else the one on which it runs.
    package var subject: String { item?.host ?? host }
}
