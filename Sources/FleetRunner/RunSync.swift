package import Lsyncd
import Playbooks

/// A directory of the master that is mirrored, and its copies on slaves.
package struct RunSync: Sendable, Hashable {
    /// The name that the inventory gives it; none where it is the only one and needs none.
    package var name: String?
    /// The directory on the master.
    package var source: String
    /// Its copies.
    package var mirrors: [Mirror]

    /// Makes a directory that is mirrored.
    package init(name: String? = nil, source: String, mirrors: [Mirror]) {
        self.name = name
        self.source = source
        self.mirrors = mirrors
    }

    /// A copy of the directory on a slave.
    package struct Mirror: Sendable, Hashable {
        /// Its name, and that of the service that keeps it.
        package var name: String
        /// The slave.
        package var slave: String
        /// The directory there.
        package var target: String
        /// What playbooks may refer to beside the slave's own variables.
        package var variables: [String: String]
        /// How long a canary's step may take to arrive; none where it is as for the whole run.
        package var canaryStep: Duration?

        /// Makes a copy.
        package init(
            name: String,
            slave: String,
            target: String,
            variables: [String: String] = [:],
            canaryStep: Duration? = nil
        ) {
            self.name = name
            self.slave = slave
            self.target = target
            self.variables = variables
            self.canaryStep = canaryStep
        }
    }

    /// Its copies, as they are laid out over lsyncd.
    package var copies: [InstanceLayout.Copy] { mirrors.map { InstanceLayout.Copy(name: $0.name, source: source) } }

    /// What playbooks' loops run over: the directory, then its copies.
    func items(master: String, layout: InstanceLayout? = nil) -> [PlaybookItem] {
        let layout = layout ?? InstanceLayout(of: copies)
        // In brackets, no host can have the name; where there is but one, it is the master's only part.
        let directory = name.map { "[sync:\($0)]" } ?? master
        return [PlaybookItem(name: directory, kind: .sync, host: master, variables: ["source": source])]
            + mirrors.map { mirror in
                let keeper = layout.instance(of: mirror.name)
                var own = ["source": source, "target": mirror.target, "instance": keeper?.name ?? mirror.name]
                if let keeper, !keeper.isShared { own.merge(layout.variables(of: keeper)) { _, new in new } }
                return PlaybookItem(
                    name: mirror.name,
                    kind: .mirror,
                    host: mirror.slave,
                    needs: [directory],
                    variables: mirror.variables.merging(own) { _, own in own },
                    handover: keeper.flatMap { $0.isShared ? nil : layout.handover(of: $0)?.itemName }
                )
            }
    }
}
