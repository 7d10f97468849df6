package import Playbooks
package import Provisioning

/// A playbook laid out over a fleet before any host has been reached: what a run begins with, and what can be said of it
/// without one.
package struct PlaybookOutlook: Sendable {
    /// What loops can run over beside hosts.
    package let items: [PlaybookItem]
    /// Every task for every host and item that it means.
    package let instances: [TaskInstance]
    /// The variables, as far as they are known.
    package let scope: VariableScope
    private let templates: TemplateLibrary

    /// Lays a playbook out.
    ///
    /// - Parameters:
    ///   - hosts: the fleet, the master first.
    ///   - syncs: what is mirrored, from the master to which of the hosts.
    package init(_ playbook: Playbook, hosts: [RunHost], syncs: [RunSync], templates: TemplateLibrary) {
        let master = hosts.first(where: \.isMaster)?.name
        items = master.map { master in syncs.flatMap { $0.items(master: master) } } ?? []
        instances = playbook.instances(for: hosts.map(\.host), items: items)
        scope = VariableScope(hosts: hosts.map(\.host), items: items, instances: instances)
        self.templates = templates
    }

    /// The module of an instance, with what is known before any host has been reached.
    package func module(of instance: TaskInstance) throws(PlaybookError) -> any Module {
        try scope.foreseenModule(of: instance, templates: templates)
    }
}
