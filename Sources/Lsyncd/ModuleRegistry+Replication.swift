package import Provisioning

extension ModuleRegistry {
    /// The modules that serve replication by lsyncd.
    package static let replication: [any Module.Type] = [
        DeleteGuardModule.self, GateCheckModule.self, HandoverModule.self, LsyncdModule.self, ProtectedPathsModule.self,
        RsyncVersionModule.self, SoleWriterModule.self,
    ]
}
