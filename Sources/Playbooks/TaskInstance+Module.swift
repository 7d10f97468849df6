package import Provisioning

extension TaskInstance {
    /// The module that does it, with its arguments read.
    ///
    /// - Parameter scope: where a template finds its variables, for the modules that render one.
    package func module(
        _ arguments: [String: Deferred<String>],
        _ scope: VariableScope,
        templates: TemplateLibrary
    ) throws(ArgumentError) -> any Module {
        try task.module.init(
            ModuleArguments(arguments) { (name) throws(ArgumentError) in
                try templates.render(name, scope.templateVariables(for: self))
            }
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
            return try instance.module(arguments, self, templates: templates)
        } catch {
            throw PlaybookError(at: instance.task.origin.position(of: error.key), error.message)
        }
    }
}
