package import Provisioning

extension TaskInstance {
    /// The module that does it, with its arguments read.
    package func module(
        _ arguments: [String: Deferred<String>],
        _ variables: [String: String],
        templates: TemplateLibrary
    ) throws(ArgumentError) -> any Module {
        try task.module.init(
            ModuleArguments(arguments) { (name) throws(ArgumentError) in try templates.render(name, variables) }
        )
    }
}

extension VariableScope {
    /// The module of an instance, with what is known before any host has been reached; what tasks register is known after
    /// apply.
    package func foreseenModule(
        of instance: TaskInstance,
        templates: TemplateLibrary
    ) throws(PlaybookError) -> any Module {
        let arguments = try foreseen(instance)
        do {
            return try instance.module(arguments, templateVariables(for: instance), templates: templates)
        } catch {
            throw PlaybookError(at: instance.task.origin.position(of: error.key), error.message)
        }
    }
}
