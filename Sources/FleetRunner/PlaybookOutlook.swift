package import Lsyncd
package import Playbooks
package import Provisioning

/// A playbook laid out over a fleet before any host has been reached: what a run begins with, and what can be said of it
/// without one.
package struct PlaybookOutlook: Sendable {
    /// The hosts, with the variables that the layout gives the master.
    package let hosts: [PlaybookHost]
    /// What loops can run over beside hosts.
    package let items: [PlaybookItem]
    /// Every task for every host and item that it means.
    package let instances: [TaskInstance]
    /// The variables, as far as they are known.
    package let scope: VariableScope
    let templates: TemplateLibrary

    /// Lays a playbook out.
    ///
    /// - Parameters:
    ///   - hosts: the fleet, the master first.
    ///   - syncs: what is mirrored, from the master to which of the hosts.
    ///   - layout: which lsyncd keeps which copy; none gives each its own.
    package init(
        _ playbook: Playbook,
        hosts: [RunHost],
        syncs: [RunSync],
        layout: InstanceLayout? = nil,
        templates: TemplateLibrary
    ) {
        let layout = layout ?? InstanceLayout(of: syncs.flatMap(\.copies))
        self.hosts = hosts.map { host in
            var host = host.host
            let own = host.isMaster ? layout.variables(mirroring: syncs) : layout.variables(of: host, syncs)
            host.variables.merge(own) { _, new in new }
            return host
        }
        let master = hosts.first(where: \.isMaster)?.name
        items =
            master.map { master in
                syncs.flatMap { $0.items(master: master, layout: layout) } + layout.sharedItems(master: master)
            } ?? []
        instances = playbook.instances(for: self.hosts, items: items)
        scope = VariableScope(hosts: self.hosts, items: items, instances: instances)
        self.templates = templates
    }

    /// The module of an instance, with what is known before any host has been reached.
    package func module(of instance: TaskInstance) throws(PlaybookError) -> any Module {
        try scope.foreseenModule(of: instance, templates: templates)
    }
}
