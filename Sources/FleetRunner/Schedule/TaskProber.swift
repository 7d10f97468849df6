import Playbooks
import Provisioning

/// Task instances turned into modules: their probes before a run, their plans during it.
struct TaskProber: Sendable {
    private let templates: TemplateLibrary
    /// For each instance, which of its host's snippets is its probe.
    private let places: [Int: Int]
    /// Each host's different snippets, in the order in which tasks first need them.
    let snippets: [String: [String]]

    /// Reads the arguments of all instances, so that whatever is wrong with them is told before a host is touched.
    init(_ instances: [TaskInstance], scope: VariableScope, templates: TemplateLibrary) throws(PlaybookError) {
        self.templates = templates
        var places: [Int: Int] = [:]
        var snippets: [String: [String]] = [:]
        // By their bytes: two spellings of one letter are two paths.
        var known: [String: [[UInt8]: Int]] = [:]
        for instance in instances {
            let probe = try scope.foreseenModule(of: instance, templates: templates).probe
            if let place = known[instance.host]?[Array(probe.utf8)] {
                places[instance.id] = place
                continue
            }
            let place = snippets[instance.host, default: []].count
            snippets[instance.host, default: []].append(probe)
            known[instance.host, default: [:]][Array(probe.utf8)] = place
            places[instance.id] = place
        }
        self.places = places
        self.snippets = snippets
    }

    /// Plans an instance from what was seen on its host.
    func plan(
        _ instance: TaskInstance,
        _ arguments: [String: Deferred<String>],
        _ variables: [String: String],
        _ seen: HostObservations,
        _ context: PlanContext
    ) throws(PlanError) -> TaskPlan {
        guard let place = places[instance.id], let output = seen.outputs[place] else {
            throw PlanError("the host did not answer for this task")
        }
        let module: any Module
        do {
            module = try instance.module(arguments, variables, templates: templates)
        } catch {
            throw PlanError(error.message)
        }
        return try module.plan(from: output, in: context)
    }

    /// Reads how a change of an instance ended.
    func conclude(_ instance: TaskInstance, _ output: ProbeOutput) -> Conclusion {
        instance.task.module.conclude(output)
    }
}

/// What a host's probe printed, by the snippets' places.
struct HostObservations: Sendable, Hashable {
    var outputs: [Int: ProbeOutput]
}
