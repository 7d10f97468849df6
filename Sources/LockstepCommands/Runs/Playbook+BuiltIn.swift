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

    /// What `lockstep verify` looks at before it sends canaries.
    static var verify: Playbook {
        get throws(PlaybookErrors) {
            try Playbook(parsing: BuiltInPlaybooks.verify, file: verifyFile, modules: .all)
        }
    }

    /// The names of those playbooks in messages.
    static let upFile = "playbooks/up.ini"
    static let verifyFile = "playbooks/verify.ini"
}

extension ModuleRegistry {
    /// Every module that a playbook may name.
    static let all = ModuleRegistry(ModuleRegistry.general + ModuleRegistry.replication)
}

extension TemplateLibrary {
    /// The templates of the built-in playbook.
    static let builtIn = TemplateLibrary(load: { BuiltInPlaybooks.template(named: $0) })
}
