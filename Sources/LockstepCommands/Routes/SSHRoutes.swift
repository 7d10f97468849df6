import Foundation
import INIFile
import Inventory
import RemoteHost
import SecureShell
import Synchronization
import SystemPackage

/// Makes the ways to hosts of what the inventory and the ssh configuration say.
///
/// Of each option, the first of these that says something counts: a variable of the inventory, ssh arguments in the
/// inventory, the ssh configuration, the default.
final class SSHRoutes: Sendable {
    /// What the names of hosts mean.
    let inventory: Inventory
    /// The user to log in as where nothing else is said.
    let localUser: Fleet.LocalUser
    /// What `~` and variables stand for in a configuration.
    let clientUser: ClientUser
    /// Where configurations and keys are.
    let source: ConfigurationSource
    private let standard: SSHClientConfiguration
    /// The known_hosts file that the command line names; it wins over all others.
    let knownHostsFile: String?
    /// Whether the command line asks to take new host keys.
    let acceptsNewHostKeys: Bool
    private let state = Mutex(State())

    private struct State {
        /// The configurations that arguments name with `-F`, each read once.
        var named: [String: Result<SSHClientConfiguration, ClientConfigurationErrors>] = [:]
        /// What has been told, in order, each once.
        var warnings: [Finding] = []
    }

    /// Reads the ssh configuration.
    init(
        _ inventory: Inventory,
        _ options: CommonOptions,
        localUser: Fleet.LocalUser,
        environment: [String: String],
        source: ConfigurationSource = .disk(userNumber: geteuid())
    ) throws(ClientConfigurationErrors) {
        self.inventory = inventory
        self.localUser = localUser
        self.source = source
        knownHostsFile = options.knownHosts
        acceptsNewHostKeys = options.acceptNewHostKeys
        clientUser = ClientUser(
            name: localUser.name,
            number: geteuid(),
            home: localUser.home ?? "/",
            hostName: ProcessInfo.processInfo.hostName,
            environment: environment
        )
        standard = try SSHClientConfiguration(
            files: options.sshConfig.map { .init(named: $0) } ?? .standard,
            source: source,
            user: clientUser
        )
    }

    /// What is odd, as far as destinations have been asked for.
    var warnings: [Finding] { state.withLock { $0.warnings } }

    /// How a host is reached; none where something is wrong with that, which `destinations` tells.
    func reach(_ connection: ConnectionSettings) -> HostReach? {
        guard let route = try? route(to: connection, tells: false) else { return nil }
        return HostReach(
            address: route.options.address,
            port: route.options.port?.value ?? 22,
            user: route.options.user?.value ?? localUser.name,
            via: (route.options.jumps?.value ?? []).map(\.description),
            addressOrigin: route.options.addressOrigin?.description
        )
    }

    /// The ways to hosts.
    ///
    /// - Throws: everything that is wrong with them, not only the first.
    func destinations(for hosts: [FleetHost]) throws(CommandFailure) -> [SSHDestination] {
        let ways = hosts.map(way)
        let faults = Self.faults(of: ways)
        if !faults.isEmpty { throw CommandFailure(faults.map(\.text).joined(separator: "\n")) }
        return ways.compactMap { try? $0.get() }
    }

    /// Everything that is wrong with the ways to hosts; what is odd is among the warnings then.
    func faults(for hosts: [FleetHost]) -> [Finding] { Self.faults(of: hosts.map(way)) }

    private func way(to host: FleetHost) -> Result<SSHDestination, RouteFault> {
        do {
            return .success(try destination(host.connection))
        } catch {
            return .failure(error as? RouteFault ?? RouteFault(Finding(.error, "\(error)")))
        }
    }

    /// The faults, each once: what is wrong with a bastion is wrong for all hosts behind it.
    private static func faults(of ways: [Result<SSHDestination, RouteFault>]) -> [Finding] {
        var faults: [Finding] = []
        for case .failure(let fault) in ways {
            for finding in fault.findings where !faults.contains(finding) { faults.append(finding) }
        }
        return faults
    }

    /// Tells of something once.
    func warn(_ finding: Finding) {
        state.withLock { state in
            if !state.warnings.contains(finding) { state.warnings.append(finding) }
        }
    }

    // MARK: - One host

    /// A host's options, with the configuration that they come from.
    struct Route {
        /// What the layers together say.
        var options: ClientOptions
        /// The configuration that was asked.
        var configuration: SSHClientConfiguration
    }

    /// What the inventory says of the way to a host; it wins over the ssh configuration.
    enum Layer: Sendable, Hashable, CaseIterable {
        /// Variables such as `ansible_port`.
        case variables
        /// Arguments for ssh in variables.
        case arguments
    }

    /// A host that a destination is reached through.
    private struct Hop {
        var host: JumpHost
        /// The names of the hosts that lead here, the destination first.
        var path: [String]
        /// The configuration of the host that names it.
        var configuration: SSHClientConfiguration
        /// Whether the list that names it says how it is reached, so that its own jumps do not count.
        var hasWay: Bool
        /// Where it is named.
        var origin: ConfigurationOrigin
    }

    /// The way to a host, whatever its role.
    func destination(_ connection: ConnectionSettings) throws -> SSHDestination {
        let route = try route(to: connection, tells: true)
        var destination = destination(connection.name, route.options, connection)
        destination.jumps = try jumps(of: route, path: [connection.address ?? connection.name])
        return destination
    }

    private func jumps(of route: Route, path: [String]) throws -> [SSHDestination] {
        guard let jumps = route.options.jumps else { return [] }
        var destinations: [SSHDestination] = []
        for (index, jump) in jumps.value.enumerated() {
            let hop = Hop(
                host: jump,
                path: path,
                configuration: route.configuration,
                hasWay: index > 0,
                origin: jumps.origin
            )
            destinations += try self.destinations(of: hop)
        }
        return destinations
    }

    /// A host to go through, after the hosts that it is reached through itself.
    private func destinations(of hop: Hop) throws -> [SSHDestination] {
        let name = hop.host.host
        guard !hop.path.contains(name) else {
            let way = (hop.path.drop { $0 != name } + [name]).joined(separator: " through ")
            throw fault(
                ClientConfigurationError(
                    .jumpCycle,
                    at: hop.origin,
                    "ProxyJump goes in a circle: \(way)",
                    hint: "take \(name) out with 'Host * !\(name)', or give it 'ProxyJump none' before"
                ),
                nil
            )
        }
        var given: [ClientDirective] = []
        if let user = hop.host.user { given.append(ClientDirective(.user(user), at: hop.origin)) }
        if let port = hop.host.port { given.append(ClientDirective(.port(port), at: hop.origin)) }
        if hop.hasWay { given.append(ClientDirective(.proxyJump([]), at: hop.origin)) }
        let known: ConnectionSettings?
        do throws(InventoryErrors) {
            known = try Fleet.connection(of: name, in: inventory, localUser: localUser)
        } catch {
            throw RouteFault(error)
        }
        let route = try route(to: known, named: name, given: given, else: hop.configuration, tells: true)
        var destination = destination(name, route.options, known)
        destination.jumps = []
        return try jumps(of: route, path: hop.path + [name]) + [destination]
    }

    /// Asks the ssh configuration for a host, with as much of the inventory as `layers` names.
    func route(
        to connection: ConnectionSettings,
        tells: Bool,
        layers: Set<Layer> = Set(Layer.allCases)
    ) throws -> Route {
        try route(to: connection, named: connection.name, given: [], else: standard, tells: tells, layers: layers)
    }

    /// Asks the ssh configuration for a host.
    ///
    /// - Parameters:
    ///   - connection: what the inventory says of it, if it is a host of the inventory.
    ///   - given: what wins over all else.
    ///   - configuration: what is asked when the inventory names no other.
    ///   - layers: how much of what the inventory says counts; a configuration that it names is asked in any case.
    private func route(
        to connection: ConnectionSettings?,
        named name: String,
        given: [ClientDirective],
        else configuration: SSHClientConfiguration,
        tells: Bool,
        layers: Set<Layer> = Set(Layer.allCases)
    ) throws -> Route {
        var given = given
        var configuration = configuration
        if let connection {
            if layers.contains(.variables) { given += directives(of: connection) }
            for arguments in connection.arguments {
                let parsed = try self.arguments(arguments, of: connection, tells: tells)
                if layers.contains(.arguments) { given += parsed.directives }
                // Of options the first counts, of configurations the last, as in ssh.
                if let file = parsed.configurationFile { configuration = try self.configuration(named: file) }
            }
        }
        do throws(ClientConfigurationError) {
            let options = try configuration.options(for: connection?.address ?? name, given: given)
            if tells { tell(options, connection) }
            return Route(options: options, configuration: configuration)
        } catch {
            throw fault(error, connection)
        }
    }

    /// The variables of the inventory, as options that win over the ssh configuration; Ansible passes them first, too.
    private func directives(of connection: ConnectionSettings) -> [ClientDirective] {
        func place(_ setting: String) -> ConfigurationOrigin {
            let position = connection.positions[setting]
            return ConfigurationOrigin(file: position?.file ?? inventory.file, line: position?.line ?? 1)
        }
        var directives: [ClientDirective] = []
        if let port = connection.port { directives.append(ClientDirective(.port(port), at: place("ansible_port"))) }
        if let user = connection.user { directives.append(ClientDirective(.user(user), at: place("ansible_user"))) }
        return directives
    }

    private func arguments(
        _ arguments: ConnectionSettings.Arguments,
        of connection: ConnectionSettings,
        tells: Bool
    ) throws -> ClientArguments {
        let position = arguments.position
        let parsed: ClientArguments
        do throws(ClientConfigurationError) {
            let origin = ConfigurationOrigin(file: position.file, line: position.line)
            parsed = try ClientArguments(arguments.text, at: origin)
        } catch {
            throw fault(error, connection)
        }
        if tells, !parsed.withoutEffect.isEmpty {
            let message = "'\(arguments.setting)': without effect here: \(parsed.withoutEffect.joined(separator: ", "))"
            let hint = "what says how a host is reached takes effect, such as ProxyJump, IdentityFile, Port and User"
            warn(Finding(.warning, inventory.diagnostic(at: position, message, hint: hint)))
        }
        return parsed
    }

    private func configuration(named file: String) throws -> SSHClientConfiguration {
        let path = file == "~" || file.hasPrefix("~/") ? clientUser.home + file.dropFirst() : file
        let result = state.withLock { state in
            if let known = state.named[path] { return known }
            let result = Result { () throws(ClientConfigurationErrors) in
                try SSHClientConfiguration(files: .init(named: path), source: source, user: clientUser)
            }
            state.named[path] = result
            return result
        }
        do throws(ClientConfigurationErrors) {
            return try result.get()
        } catch {
            throw RouteFault(error)
        }
    }
}
