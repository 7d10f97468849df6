import Playbooks
import Provisioning

/// Task instances turned into modules: the facts that they need before a run, their plans during it.
struct TaskPlanner: Sendable {
    private let templates: TemplateLibrary
    /// What is asked of each host, for all of its tasks together.
    let facts: [String: FactSet]

    /// Reads the arguments of all instances, so that whatever is wrong with them is told before a host is touched.
    init(_ instances: [TaskInstance], scope: VariableScope, templates: TemplateLibrary) throws(PlaybookError) {
        self.templates = templates
        var facts: [String: FactSet] = [:]
        for instance in instances {
            let module = try scope.foreseenModule(of: instance, templates: templates)
            facts[instance.host, default: FactSet()].formUnion(module.facts)
        }
        self.facts = facts
    }

    /// Plans an instance from what was seen on its host.
    func plan(
        _ instance: TaskInstance,
        _ arguments: [String: Deferred<String>],
        _ scope: VariableScope,
        _ facts: Facts,
        _ context: PlanContext
    ) throws(PlanError) -> TaskPlan {
        let module: any Module
        do {
            module = try instance.module(arguments, scope, templates: templates)
        } catch {
            throw PlanError(error.message)
        }
        return try module.plan(from: facts, in: context)
    }

    /// Reads how a change of an instance ended.
    func conclude(_ instance: TaskInstance, _ output: ProbeOutput) -> Conclusion {
        instance.task.module.conclude(output)
    }
}
