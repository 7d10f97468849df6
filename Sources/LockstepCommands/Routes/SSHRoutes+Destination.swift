import Inventory
import RemoteHost
import SecureShell
import SystemPackage

extension SSHRoutes {
    /// A destination without its jumps.
    func destination(
        _ name: String,
        _ options: ClientOptions,
        _ connection: ConnectionSettings?
    ) -> SSHDestination {
        SSHDestination(
            name: name,
            address: options.address,
            port: options.port?.value ?? 22,
            user: options.user?.value ?? localUser.name,
            credentials: credentials(options, connection),
            hostKeyRule: hostKeyRule(options, connection),
            // A time of 0 asks for no limit in ssh; here there is always one.
            connectLimit: options.connectTimeout.flatMap { $0.value > 0 ? .seconds($0.value) : nil },
            aliveInterval: options.serverAliveInterval.flatMap { $0.value > 0 ? .seconds($0.value) : nil },
            aliveLimit: options.serverAliveCountMax?.value
        )
    }

    /// What to log in with. The inventory's key stands alone; those of arguments and configuration add up.
    private func credentials(_ options: ClientOptions, _ connection: ConnectionSettings?) -> SSHCredentials {
        let socket: String? =
            switch options.identityAgent?.value {
            case nil, .environment: clientUser.environment["SSH_AUTH_SOCK"]
            case .some(.none): nil
            case .socket(let path): path
            }
        let own = connection?.privateKeyFile.map { [$0] }
        var files = own ?? existing(options.identityFiles.map(\.value).filter { $0.lowercased() != "none" })
        // Where only named keys are wanted and none is named, ssh means its default ones: of the agent's too.
        if files.isEmpty, options.identitiesOnly?.value == true {
            files = existing(SSHConnector.standardIdentityFiles(home: FilePath(clientUser.home)).map(\.string))
        }
        return SSHCredentials(
            identityFiles: files.map { FilePath($0) },
            offersNamedKeysOnly: !files.isEmpty && (own != nil || options.identitiesOnly?.value == true),
            agentSocket: socket.flatMap { $0.isEmpty ? nil : FilePath($0) },
            password: connection?.password
        )
    }

    /// The files that exist, themselves or with their public half: ssh passes over the others. When none does, the
    /// first one stays, so that it is told of.
    private func existing(_ files: [String]) -> [String] {
        let found = files.filter { file in
            [file, file + ".pub"].contains { source.read($0) != .absent }
        }
        return found.isEmpty ? Array(files.prefix(1)) : found
    }

    private func hostKeyRule(_ options: ClientOptions, _ connection: ConnectionSettings?) -> HostKeyRule {
        HostKeyRule(
            pins: connection?.hostKeys ?? [],
            alias: options.hostKeyAlias?.value,
            files: knownHostsFiles(options),
            policy: policy(options),
            hashesNewNames: options.hashKnownHosts?.value == true
        )
    }

    /// The known_hosts files; none where the standard ones, or those of the command line, are meant.
    private func knownHostsFiles(_ options: ClientOptions) -> [FilePath] {
        guard knownHostsFile == nil else { return [] }
        if options.userKnownHostsFiles == nil, options.globalKnownHostsFiles == nil { return [] }
        let files =
            (options.userKnownHostsFiles?.value ?? ClientOptions.standardUserKnownHostsFiles(home: clientUser.home))
            + (options.globalKnownHostsFiles?.value ?? ClientOptions.standardGlobalKnownHostsFiles)
        return files.isEmpty ? ["/dev/null"] : files.map { FilePath($0) }
    }

    /// What to do with an unknown key; none where the command line says it.
    private func policy(_ options: ClientOptions) -> HostKeyPolicy? {
        // A key that is taken and not recorded would be taken each time, whatever it is.
        if !canRecord(options) { return .refuseUnknown }
        return options.strictHostKeyChecking?.value == .acceptNew ? .acceptNew : nil
    }

    /// Whether new host keys can be recorded where the options say.
    func canRecord(_ options: ClientOptions) -> Bool {
        guard knownHostsFile == nil, let files = options.userKnownHostsFiles?.value else { return true }
        return files.first.map { $0 != "/dev/null" } ?? false
    }
}
