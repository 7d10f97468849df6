/// The modules that a playbook may name.
package struct ModuleRegistry: Sendable {
    private var modules: [String: any Module.Type]

    /// Makes a registry.
    package init(_ modules: [any Module.Type]) {
        self.modules = Dictionary(uniqueKeysWithValues: modules.map { ($0.keyword, $0) })
    }

    /// The modules that serve any purpose.
    package static let general: [any Module.Type] = [
        AuthorizedKeyModule.self,
        DirectoryModule.self,
        HostKeysModule.self,
        IdentityModule.self,
        KnownHostsModule.self,
        PackageModule.self,
        SSHKeyModule.self,
        ServiceModule.self,
        SysctlModule.self,
        TemplateModule.self,
        UserModule.self,
    ]

    /// The module of that keyword.
    package subscript(keyword: String) -> (any Module.Type)? { modules[keyword] }

    /// All keywords, in alphabetical order.
    package var keywords: [String] { modules.keys.sorted() }
}
