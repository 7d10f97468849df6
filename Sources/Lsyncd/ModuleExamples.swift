// The modules' examples are the files of the folder Examples, named after the keyword; embedding turns those into identifiers.

extension DeleteGuardModule {
    package static var example: String { String(decoding: PackageResources.delete_guard_ini, as: UTF8.self) }
}

extension GateCheckModule {
    package static var example: String { String(decoding: PackageResources.gate_check_ini, as: UTF8.self) }
}

extension HandoverModule {
    package static var example: String { String(decoding: PackageResources.handover_ini, as: UTF8.self) }
}

extension LsyncdModule {
    package static var example: String { String(decoding: PackageResources.lsyncd_ini, as: UTF8.self) }
}

extension ProtectedPathsModule {
    package static var example: String { String(decoding: PackageResources.protected_paths_ini, as: UTF8.self) }
}

extension RsyncVersionModule {
    package static var example: String { String(decoding: PackageResources.rsync_version_ini, as: UTF8.self) }
}

extension SoleWriterModule {
    package static var example: String { String(decoding: PackageResources.sole_writer_ini, as: UTF8.self) }
}
