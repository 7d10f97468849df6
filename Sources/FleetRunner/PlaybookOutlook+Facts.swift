package import Playbooks
package import Provisioning

extension PlaybookOutlook {
    /// What the tasks ask each host for, all of them together, and whose rights scripts have there.
    package func facts() throws(PlaybookError) -> [String: FactSet] {
        let planner = try TaskPlanner(instances, scope: scope, templates: templates)
        var facts: [String: FactSet] = [:]
        for host in hosts {
            facts[host.name] = FactSet(RightsFact())
            facts[host.name]?.formUnion(planner.facts[host.name] ?? FactSet())
        }
        return facts
    }
}
