import BuiltInPlaybooks
import Lsyncd
import Playbooks
import Provisioning

extension Playbook {
    /// What `lockstep up` does.
    static var up: Playbook {
        get throws(PlaybookErrors) {
            try Playbook(parsing: BuiltInPlaybooks.up, file: upFile, modules: .all)
        }
    }

    /// The name of that playbook in messages.
    static let upFile = "playbooks/up.ini"
}

extension ModuleRegistry {
    /// Every module that a playbook may name.
    static let all = ModuleRegistry(ModuleRegistry.general + ModuleRegistry.replication)
}

extension TemplateLibrary {
    /// The templates of the built-in playbook.
    static var builtIn: TemplateLibrary { TemplateLibrary(load: { BuiltInPlaybooks.template(named: $0) }) }
}
