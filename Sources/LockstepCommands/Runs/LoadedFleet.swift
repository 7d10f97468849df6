import FleetRunner
import Foundation
import INIFile
import Inventory
import Lsyncd
import Playbooks
import Propagation
import RemoteHost
import SecureShell
import SystemPackage

/// The fleet that the options mean, and the way to its hosts.
struct LoadedFleet {
    /// The fleet, as far as `--limit` reaches.
    let fleet: Fleet
    /// The copies of the whole fleet, also of slaves that `--limit` leaves out.
    let copies: [InstanceLayout.Copy]
    /// The way to each host.
    let routes: SSHRoutes
    private let options: CommonOptions
    private let home: FilePath

    /// Reads and checks the inventory, or checks one that is read already; what is wrong with it ends the command.
    init(
        _ options: CommonOptions,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        inventory: Inventory? = nil
    ) throws {
        do {
            try self.init(inventory ?? Self.inventory(options, environment), options, environment: environment)
        } catch let errors as InventoryErrors {
            throw CommandFailure(errors)
        } catch let errors as ClientConfigurationErrors {
            throw CommandFailure(errors)
        } catch let error as HostPatternError {
            throw CommandFailure("--limit: \(error.description)", hint: error.hint)
        }
    }

    /// Reads the inventory that the options mean; all that is wrong with its text is thrown.
    static func inventory(_ options: CommonOptions, _ environment: [String: String]) throws -> Inventory {
        let paths = options.inventoryPaths(environment)
        guard options.inventory.isEmpty, paths == ["lockstep.ini"], !FileManager.default.fileExists(atPath: paths[0])
        else { return try Inventory(reading: paths) }
        throw CommandFailure(
            "the inventory 'lockstep.ini' cannot be read",
            hint:
                "'lockstep init' makes one; -i FILE or $LOCKSTEP_INVENTORY names another; 'lockstep lab up' makes a fleet to try"
        )
    }

    /// Who runs Lockstep.
    static func localUser(_ environment: [String: String]) -> Fleet.LocalUser {
        Fleet.LocalUser(
            name: environment["USER"] ?? NSUserName(),
            home: environment["HOME"] ?? NSHomeDirectory()
        )
    }

    /// Takes what has been read and checked, without a limit.
    init(_ fleet: Fleet, routes: SSHRoutes, _ options: CommonOptions) {
        self.fleet = fleet
        copies = Self.copies(of: fleet)
        self.routes = routes
        self.options = options
        home = FilePath(routes.clientUser.home)
    }

    /// Checks an inventory that is read already.
    ///
    /// - Throws: `InventoryErrors`, `ClientConfigurationErrors` or `HostPatternError`.
    init(
        _ inventory: Inventory,
        _ options: CommonOptions,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        self.options = options
        home = FilePath(environment["HOME"] ?? NSHomeDirectory())
        let user = Self.localUser(environment)
        let routes = try SSHRoutes(inventory, options, localUser: user, environment: environment)
        self.routes = routes
        let whole = try Fleet(inventory, localUser: user) { routes.reach($0) }
        copies = Self.copies(of: whole)
        fleet = try options.limit.map { try whole.limited(to: HostPattern(reading: $0)) } ?? whole
    }

    /// The hosts as a run takes them, the master first.
    ///
    /// - Parameters:
    ///   - secrets: what people gave with the command.
    ///   - bundle: the folder that packages come from; none for the hosts' own sources.
    ///   - mayDelete: whether a slave's own files may go, by its name.
    func hosts(
        _ secrets: Secrets,
        bundle: String? = nil,
        mayDelete: (String) -> Bool = { _ in false }
    ) -> [RunHost] {
        let ofMaster = ["bundle": bundle ?? "", "lsyncd_source": fleet.master.variables["lsyncd_source"] ?? ""]
        let master = RunHost(
            PlaybookHost(
                name: fleet.master.name,
                isMaster: true,
                variables: fleet.master.variables.merging(ofMaster) { _, own in own }
            ),
            privilege: Self.privilege(of: fleet.master, secrets)
        )
        // The directories on each slave that become copies, in their order.
        let copies = Dictionary(grouping: fleet.syncs.flatMap(\.mirrors), by: \.slave)
        let mapsNames = Set(
            fleet.syncs.flatMap(\.mirrors).filter { mirror in
                ["owner_map", "group_map"].contains { mirror.settings[$0]?.isEmpty == false }
            }.map(\.slave)
        )
        let slaves = fleet.slaves.map { slave in
            let mirrors = copies[slave.name] ?? []
            let own = [
                "bundle": bundle ?? "",
                "targets": mirrors.map(\.target.text).joined(separator: "\n"),
                "excludes": Self.numbered("exclude", of: mirrors),
                "includes": Self.numbered("include", of: mirrors),
                "sync_from": slave.host.variables["sync_from"] ?? "",
                "allow_delete": mayDelete(slave.name) ? "yes" : "no",
                "rsync_minimum": RsyncVersion.oldestReceiver(mapsNames: mapsNames.contains(slave.name)).description,
                "gate_command": slave.gate.command(targets: mirrors.map(\.target.text))
                    .joined(separator: "\n"),
            ]
            return RunHost(
                PlaybookHost(
                    name: slave.name,
                    isMaster: false,
                    variables: slave.host.variables.merging(own) { _, own in own }
                ),
                privilege: Self.privilege(of: slave.host, secrets)
            )
        }
        return [master] + slaves
    }

    /// The patterns of copies, a line each, with the number of the copy before it.
    private static func numbered(_ setting: String, of mirrors: [Mirror]) -> String {
        mirrors.enumerated().flatMap { index, mirror in
            (mirror.settings[setting] ?? "").split(separator: "\n").map { "\(index) \($0)" }
        }.joined(separator: "\n")
    }

    /// What is lost on slaves that do not receive as root; none where all do.
    var ownershipNote: String? {
        let slaves = Set(
            fleet.syncs.flatMap(\.mirrors).filter { $0.settings["fake_super"] != "yes" }.map(\.slave)
        )
        let names = fleet.slaves.filter { $0.syncUser != "root" && slaves.contains($0.name) }.map(\.name)
        guard let first = names.first else { return nil }
        let others = names.count > 1 ? " and \(names.count - 1) more" : ""
        return "on \(first)\(others) files belong to the sync_user, who is not root: their owners and groups and "
            + "devices are not kept, set-user-ID bits are; 'fake_super = yes' notes them"
    }

    /// Ends the command where the tarball that the inventory names is not there.
    func checkTarball() throws {
        guard let path = fleet.master.variables["lsyncd_source"], fleet.master.variables["lsyncd_install"] == "source",
            !FileManager.default.isReadableFile(atPath: path)
        else { return }
        let place = fleet.master.origins["lsyncd_source"].map { "\($0.fileAndLine): " } ?? ""
        throw CommandFailure(
            "\(place)the tarball '\(path)' cannot be read",
            hint: "a path that is not absolute begins where Lockstep is run"
        )
    }

    /// What is mirrored, as a run takes it.
    var syncs: [RunSync] {
        fleet.syncs.map { sync in
            RunSync(
                name: sync.name,
                source: sync.source.text,
                mirrors: sync.mirrors.map { mirror in
                    RunSync.Mirror(
                        name: mirror.name,
                        slave: mirror.slave,
                        target: mirror.target.text,
                        variables: mirror.settings,
                        canaryStep: ProofTiming(delay: mirror.delay).step
                    )
                }
            )
        }
    }

    private static func copies(of fleet: Fleet) -> [InstanceLayout.Copy] {
        let slaves = Dictionary(uniqueKeysWithValues: fleet.slaves.map { ($0.name, $0) })
        return fleet.syncs.flatMap { sync in
            sync.mirrors.map { mirror in
                let place = slaves[mirror.slave].map { slave in
                    CopyPlace(
                        host: slave.name,
                        address: slave.syncAddress,
                        port: String(slave.syncPort),
                        user: slave.syncUser,
                        target: mirror.target.text
                    )
                }
                return InstanceLayout.Copy(name: mirror.name, source: sync.source.text, place: place)
            }
        }
    }

    /// Which lsyncd keeps which copy, as far as that can be told of what the master has now.
    ///
    /// - Parameter prunes: whether copies go that the inventory does not have.
    func layout(_ survey: MasterSurvey? = nil, prunes: Bool = false) -> InstanceLayout {
        InstanceLayout(
            of: copies,
            chosen: Set(fleet.syncs.flatMap(\.mirrors).map(\.name)),
            isolation: isolation,
            survey: survey,
            prunes: prunes,
            fleet: FleetIdentity(word: fleet.master.variables["fleet"], sources: fleet.syncs.map(\.source.text))
        )
    }

    /// How many copies share an lsyncd.
    var isolation: Isolation { fleet.master.variables["isolation"].flatMap(Isolation.init) ?? .automatic }

    /// How long one look at a host may take.
    var lookDeadline: Duration { options.deadlines.ofRun().probe }

    /// What is odd in the inventory and, once there is a connector, in the ssh configuration; in the words that a
    /// person reads.
    var warnings: [String] { fleet.warnings.map(\.rendered) + routes.warnings.map(\.text) }

    /// The host keys to trust where the ssh configuration names no other files.
    var knownHostsFiles: [FilePath] {
        options.knownHosts.map { [FilePath($0)] } ?? KnownHosts.standardFiles(home: home)
    }

    /// Opens connections to the hosts, all of them or some.
    func connector(
        _ secrets: Secrets,
        to hosts: [FleetHost]? = nil,
        deadlines: SSHDeadlines? = nil
    ) throws -> SSHConnector {
        var destinations = try destinations(for: hosts ?? all)
        for index in destinations.indices where destinations[index].credentials.password == nil {
            destinations[index].credentials.password = secrets.loginPassword
        }
        do throws(KnownHostsError) {
            return SSHConnector(
                destinations: destinations,
                knownHosts: try KnownHosts(files: knownHostsFiles),
                policy: options.acceptNewHostKeys ? .acceptNew : .refuseUnknown,
                deadlines: deadlines ?? options.deadlines.ofConnections,
                defaultIdentityFiles: SSHConnector.standardIdentityFiles(home: home),
                passphrases: secrets.passphrases
            )
        } catch {
            throw CommandFailure(error.message)
        }
    }

    /// How many connections of this machine's own the hosts, all of them or some, need at least: one to each, and for all
    /// that are behind a jump host one to that.
    func sockets(to hosts: [FleetHost]? = nil) throws -> Int {
        Self.sockets(to: try destinations(for: hosts ?? all))
    }

    /// How many connections some destinations need at least.
    static func sockets(to destinations: [SSHDestination]) -> Int {
        let jumps = Set(destinations.compactMap(\.jumps.first))
        return jumps.count + destinations.count(where: \.jumps.isEmpty)
    }

    /// The ways to the hosts; a deadline of the command line wins over those of the ssh configuration.
    private func destinations(for hosts: [FleetHost]) throws -> [SSHDestination] {
        var destinations = try routes.destinations(for: hosts)
        guard options.deadlines.connectTimeout != nil else { return destinations }
        for index in destinations.indices {
            destinations[index].connectLimit = nil
            for jump in destinations[index].jumps.indices { destinations[index].jumps[jump].connectLimit = nil }
        }
        return destinations
    }

    /// All hosts of the fleet, the master first.
    private var all: [FleetHost] { [fleet.master] + fleet.slaves.map(\.host) }

    /// The hosts that a pattern chooses among all of the fleet, in the order of the inventory.
    ///
    /// - Parameter place: where it was given, for an error.
    func hosts(chosenBy pattern: String?, given place: String = "--limit") throws -> [FleetHost] {
        guard let pattern else { return all }
        do throws(HostPatternError) {
            let pattern = try HostPattern(reading: pattern)
            // It throws where the pattern chooses none of them.
            _ = try fleet.limited(to: pattern)
            let chosen = Set(try pattern.hosts(in: fleet.inventory).map(\.name))
            return all.filter { chosen.contains($0.name) }
        } catch {
            throw CommandFailure("\(place): \(error.description)", hint: error.hint)
        }
    }

    /// The rights that scripts run with on a host. What the inventory says of its password wins over what a person gave.
    ///
    /// - Parameter always: whether they are another user's also where the inventory does not ask for it.
    static func privilege(of host: FleetHost, _ secrets: Secrets, always: Bool = false) -> Privilege {
        let method = FleetHost.Become.Method(rawValue: host.variables["ansible_become_method"] ?? "")
        let user = host.variables["ansible_become_user"] ?? "root"
        guard let become = host.become ?? (always ? FleetHost.Become(method: method ?? .sudo, user: user) : nil) else {
            return .none
        }
        let password = host.connection.becomePassword ?? secrets.becomePassword
        return switch become.method {
        case .sudo: .sudo(user: become.user, password: password)
        case .doas: .doas(user: become.user, password: password)
        }
    }
}
