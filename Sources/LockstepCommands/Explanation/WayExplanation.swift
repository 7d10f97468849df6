import INIFile
import Inventory
import SecureShell
import SystemPackage

/// How a host is reached from here, and why so.
struct WayExplanation {
    typealias Fact = HostExplanation.Fact

    private let host: InventoryHost
    private let connection: ConnectionSettings
    private let checked: FleetHost?
    private let loaded: LoadedFleet
    private let environment: [String: String]
    private let destination: SSHDestination
    /// What all layers say, then what is said without the inventory's variables, then without its arguments as well.
    private let layers: [ClientOptions]

    /// Asks the inventory and the ssh configuration for the way to a host.
    ///
    /// - Parameters:
    ///   - checked: the host as one of the fleet; none for a host without a role.
    ///   - environment: what may name an agent or hold a password.
    init(
        _ host: InventoryHost,
        _ connection: ConnectionSettings,
        _ checked: FleetHost?,
        in loaded: LoadedFleet,
        environment: [String: String]
    ) throws {
        self.host = host
        self.connection = connection
        self.checked = checked
        self.loaded = loaded
        self.environment = environment
        do {
            destination = try loaded.routes.destination(connection)
            layers = try [[.variables, .arguments], [.arguments], []].map { layers in
                try loaded.routes.route(to: connection, tells: false, layers: layers).options
            }
        } catch let fault as SSHRoutes.RouteFault {
            throw CommandFailure(fault.text)
        }
    }

    private var options: ClientOptions { layers[0] }
    private var inventory: Inventory { loaded.fleet.inventory }

    /// The way, from the address to the rights that commands have there.
    var facts: [Fact] {
        get throws(CommandFailure) {
            [address, port, user] + jumps + keys + agent + password + (try hostKeys) + become
        }
    }

    private var address: Fact {
        let asked = variable(["ansible_host"], called: "address")
        guard let origin = options.addressOrigin else {
            return asked ?? Fact(name: "address", value: options.address, source: .standard("the host's name"))
        }
        let name = connection.address ?? connection.name
        let remark = "the ssh configuration was asked for \(name)\(asked.map { " (\($0.source.text(for: "")))" } ?? "")"
        return Fact(name: "address", value: options.address, source: .configuration(origin), remarks: [remark])
    }

    private var port: Fact {
        option("port", ["ansible_port"], else: ("22", nil)) { $0.port.map { ("\($0.value)", $0.origin) } }
    }

    private var user: Fact {
        option("user", ["ansible_user"], else: (loaded.routes.localUser.name, "the local user")) {
            $0.user.map { ($0.value, $0.origin) }
        }
    }

    private var jumps: [Fact] {
        guard let jumps = options.jumps, !destination.jumps.isEmpty else { return [] }
        return destination.jumps.map { jump in
            let place = "\(jump.user)@\(jump.address) port \(jump.port)"
            return Fact(name: "through", value: "\(jump.name) (\(place))", source: source(of: jumps.origin))
        }
    }

    private var keys: [Fact] {
        let files = destination.credentials.identityFiles.map(\.string)
        if let fact = variable(["ansible_ssh_private_key_file"], called: "key", value: files.first) {
            return [remarked(fact)]
        }
        if files.isEmpty {
            let home = FilePath(loaded.routes.clientUser.home)
            let standard = SSHConnector.standardIdentityFiles(home: home).map(\.string)
            let found = standard.filter(isThere).map { Fact(name: "key", value: $0, source: .standard(nil)) }
            if !found.isEmpty { return found }
            let remark = "there is none of \(standard.joined(separator: ", "))"
            return [Fact(name: "key", value: "none", source: .standard(nil), remarks: [remark])]
        }
        return files.map { file in
            let origin = options.identityFiles.first { $0.value == file }?.origin
            return remarked(Fact(name: "key", value: file, source: origin.map(source) ?? .standard(nil)))
        }
    }

    private func remarked(_ key: Fact) -> Fact {
        var key = key
        if !isThere(key.value) { key.remarks.append("there is no such file here") }
        return key
    }

    private func isThere(_ file: String) -> Bool { loaded.routes.source.read(file) != .absent }

    private var agent: [Fact] {
        guard let socket = destination.credentials.agentSocket else { return [] }
        let source: FactSource =
            if case .socket? = options.identityAgent?.value, let origin = options.identityAgent?.origin {
                self.source(of: origin)
            } else {
                .environment("SSH_AUTH_SOCK")
            }
        let remark = destination.credentials.offersNamedKeysOnly ? ["of its keys, only the named one is offered"] : []
        return [Fact(name: "agent", value: socket.string, source: source, remarks: remark)]
    }

    private var password: [Fact] {
        let setting = Setting.named("ansible_password")
        if let fact = variable([setting?.name ?? ""] + (setting?.aliases ?? []), called: "password") { return [fact] }
        guard environment["LOCKSTEP_PASSWORD"].map({ !$0.isEmpty }) == true else { return [] }
        return [Fact(name: "password", value: "[redacted]", source: .environment("LOCKSTEP_PASSWORD"))]
    }

    private var become: [Fact] {
        guard let checked else { return [] }
        let why = variable(["ansible_become"], called: "become")
        let value = checked.become.map { "\($0.user), by \($0.method.rawValue)" } ?? "no"
        guard var fact = why else { return [Fact(name: "become", value: value, source: .standard(nil))] }
        fact.value = value
        return [fact]
    }
}

// MARK: - Host keys

extension WayExplanation {
    /// The keys by which the host is known, or what becomes of a new one.
    private var hostKeys: [Fact] {
        get throws(CommandFailure) {
            if let pins = variable(["host_key"], called: "host key") { return [pins] }
            var facts: [Fact] = []
            let rule = destination.hostKeyRule
            if let alias = options.hostKeyAlias {
                facts.append(Fact(name: "known as", value: alias.value, source: source(of: alias.origin)))
            }
            let files = rule.files.isEmpty ? loaded.knownHostsFiles : rule.files
            let origin = (options.userKnownHostsFiles ?? options.globalKnownHostsFiles)?.origin
            let named: FactSource = loaded.routes.knownHostsFile != nil ? .option("--known-hosts") : .standard(nil)
            facts.append(
                Fact(
                    name: "known hosts",
                    value: files.map(\.string).joined(separator: " "),
                    source: rule.files.isEmpty ? named : origin.map(source) ?? named
                )
            )
            return facts + (try keys(in: files))
        }
    }

    private func keys(in files: [FilePath]) throws(CommandFailure) -> [Fact] {
        let known: [KnownKey]
        do throws(KnownHostsError) {
            known = try KnownHosts(files: files).keys(of: destination)
        } catch {
            throw CommandFailure(error.message)
        }
        if known.isEmpty { return [newKey] }
        return known.map {
            Fact(name: "host key", value: "\($0.type) \($0.fingerprint)", source: .knownHosts($0.location))
        }
    }

    private var newKey: Fact {
        let taken = "not known: it will be taken and recorded"
        let checking = options.strictHostKeyChecking
        switch destination.hostKeyRule.policy {
        case .acceptNew?:
            let source = checking.map { self.source(of: $0.origin) } ?? .standard(nil)
            return Fact(name: "host key", value: taken, source: source)
        case nil where loaded.routes.acceptsNewHostKeys:
            return Fact(name: "host key", value: taken, source: .option("--accept-new-host-keys"))
        default:
            let remark = "--accept-new-host-keys takes and records it"
            return Fact(name: "host key", value: "not known: refused", source: .standard(nil), remarks: [remark])
        }
    }
}

// MARK: - Sources

extension WayExplanation {
    /// What the inventory's variables say, under the name that this has on the way.
    private func variable(_ names: [String], called name: String, value: String? = nil) -> Fact? {
        let value = value ?? names.first.flatMap { checked?.variables[$0] }
        guard var fact = Fact(names, of: host, in: inventory, value: value) else { return nil }
        fact.name = name
        return fact
    }

    /// An option of ssh's that a variable may set, with what each weaker layer says of it.
    private func option(
        _ name: String,
        _ variables: [String],
        else standard: (value: String, detail: String?),
        _ read: (ClientOptions) -> (value: String, origin: ConfigurationOrigin)?
    ) -> Fact {
        let fromVariables = variable(variables, called: name)
        var said: [HostExplanation.Definition] = []
        for layer in layers.dropFirst(fromVariables == nil ? 0 : 1) {
            guard let (value, origin) = read(layer) else { continue }
            let definition = HostExplanation.Definition(value: value, source: source(of: origin))
            if !said.contains(definition) { said.append(definition) }
        }
        if var fact = fromVariables {
            fact.overridden += said
            return fact
        }
        guard let first = said.first else {
            return Fact(name: name, value: standard.value, source: .standard(standard.detail))
        }
        return Fact(name: name, value: first.value, source: first.source, overridden: Array(said.dropFirst()))
    }

    /// A line that an option comes from: one of the inventory, where arguments for ssh stand in it, or else of the ssh
    /// configuration.
    private func source(of origin: ConfigurationOrigin) -> FactSource {
        let arguments = connection.arguments.first {
            $0.position.file == origin.file && $0.position.line == origin.line
        }
        return arguments.map { .argument($0.setting, at: origin) } ?? .configuration(origin)
    }
}
