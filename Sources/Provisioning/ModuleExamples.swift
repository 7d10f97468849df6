// The modules' examples are the files of the folder Examples, named after the keyword; embedding turns those into identifiers.

extension AuthorizedKeyModule {
    package static var example: String { String(decoding: PackageResources.authorized_key_ini, as: UTF8.self) }
}

extension DirectoryModule {
    package static var example: String { String(decoding: PackageResources.directory_ini, as: UTF8.self) }
}

extension HostKeysModule {
    package static var example: String { String(decoding: PackageResources.host_keys_ini, as: UTF8.self) }
}

extension IdentityModule {
    package static var example: String { String(decoding: PackageResources.identity_ini, as: UTF8.self) }
}

extension KnownHostsModule {
    package static var example: String { String(decoding: PackageResources.known_hosts_ini, as: UTF8.self) }
}

extension PackageModule {
    package static var example: String { String(decoding: PackageResources.package_ini, as: UTF8.self) }
}

extension ServiceModule {
    package static var example: String { String(decoding: PackageResources.service_ini, as: UTF8.self) }
}

extension SSHKeyModule {
    package static var example: String { String(decoding: PackageResources.ssh_key_ini, as: UTF8.self) }
}

extension SysctlModule {
    package static var example: String { String(decoding: PackageResources.sysctl_ini, as: UTF8.self) }
}

extension TemplateModule {
    package static var example: String { String(decoding: PackageResources.template_ini, as: UTF8.self) }
}

extension UserModule {
    package static var example: String { String(decoding: PackageResources.user_ini, as: UTF8.self) }
}
