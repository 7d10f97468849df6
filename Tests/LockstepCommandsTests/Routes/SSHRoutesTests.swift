import ArgumentParser
import Inventory
import RemoteHost
import SecureShell
import SystemPackage
import Testing

@testable import LockstepCommands

@Suite("The way to a host")
struct SSHRoutesTests {
    @Test("A variable of the inventory wins over arguments, these over the ssh configuration, that over the default")
    func precedence() throws {
        let way = try Way(
            """
            [master]
            hub source=/srv/a
            [slaves]
            e1 target=/srv/b ansible_port=1001 ansible_user=inventory ansible_ssh_common_args='-p 1002 -l arguments'
            e2 target=/srv/b ansible_ssh_common_args='-o Port=1002 -oUser=arguments' ansible_ssh_extra_args='-p 1003'
            e3 target=/srv/b
            [all:vars]
            """,
            config:
                "Host e*\nPort 1004\nUser configuration\nHostName %h.example.net\nConnectTimeout 7\nServerAliveInterval 1m\n"
        )
        let hosts = try way.destinations()
        #expect(hosts.map(\.port) == [22, 1001, 1002, 1004])
        #expect(hosts.map(\.user) == ["me", "inventory", "arguments", "configuration"])
        #expect(hosts.map(\.address) == ["hub", "e1.example.net", "e2.example.net", "e3.example.net"])
        #expect(hosts.map(\.connectLimit) == [nil, .seconds(7), .seconds(7), .seconds(7)])
        #expect(hosts.map(\.aliveInterval) == [nil, .seconds(60), .seconds(60), .seconds(60)])
        #expect(way.routes.warnings.isEmpty)
    }

    @Test("The master reaches a slave at the HostName and Port of the ssh configuration, not at a name known only here")
    func syncAddress() throws {
        let way = try Way(
            "[master]\nhub source=/srv/a\n[slaves]\ne1 target=/srv/b\ne2 target=/srv/b sync_address=10.0.0.2\n",
            config: "Host e*\n  HostName %h.example.net\n  Port 1004\n"
        )
        #expect(way.fleet.slaves.map(\.syncAddress) == ["e1.example.net", "10.0.0.2"])
        #expect(way.fleet.slaves.map(\.syncPort) == [1004, 1004])
        #expect(way.fleet.slaves.first?.host.variables["sync_address"] == "e1.example.net")
    }

    @Test("The ssh configuration is asked for ansible_host, as Ansible asks ssh")
    func asksForAddress() throws {
        let way = try Way(
            "[master]\nhub source=/srv/a\n[slaves]\ne1 target=/srv/b ansible_host=rack7\n",
            config: "Host e1\n  Port 1\nHost rack7\n  HostName 192.0.2.7\n"
        )
        let hosts = try way.destinations()
        let slave = try #require(hosts.last)
        #expect(slave.name == "e1")
        #expect(slave.address == "192.0.2.7")
        #expect(slave.port == 22)
    }

    @Test("A chain of jump hosts: the nearest first, each by its own configuration")
    func jumps() throws {
        let way = try Way(
            "[master]\nhub source=/srv/a\n[slaves]\ne1 target=/srv/b\n",
            config: """
                Host e1
                  ProxyJump first,ops@second:2022
                Host first
                  HostName first.example.net
                  ProxyJump outermost
                Host second
                  HostName second.example.net
                  User other
                  ProxyJump never-asked
                Host outermost
                  Port 2001
                """
        )
        let hosts = try way.destinations()
        let slave = try #require(hosts.last)
        #expect(slave.jumps.map(\.name) == ["outermost", "first", "second"])
        #expect(slave.jumps.map(\.address) == ["outermost", "first.example.net", "second.example.net"])
        #expect(slave.jumps.map(\.port) == [2001, 22, 2022])
        #expect(slave.jumps.map(\.user) == ["me", "me", "ops"])
        #expect(slave.jumps.allSatisfy { $0.jumps.isEmpty })
    }

    @Test("A jump host that is a host of the inventory is reached as the inventory says")
    func inventoryJump() throws {
        let pin = "SHA256:" + String(repeating: "A", count: 43)
        let way = try Way(
            """
            [master]
            hub source=/srv/a
            [slaves]
            e1 target=/srv/b
            [slaves:vars]
            ansible_ssh_common_args = -J bastion
            [gates]
            bastion ansible_host=192.0.2.9 ansible_port=2009 ansible_user=gate host_key=\(pin) \
            ansible_ssh_private_key_file=~/.ssh/gate ansible_password=hush
            """
        )
        let hosts = try way.destinations()
        let jump = try #require(hosts.last?.jumps.first)
        #expect(jump.name == "bastion")
        #expect(jump.address == "192.0.2.9")
        #expect(jump.port == 2009)
        #expect(jump.user == "gate")
        #expect(jump.hostKeyRule.pins == [pin])
        #expect(jump.credentials.identityFiles == ["/home/me/.ssh/gate"])
        #expect(jump.credentials.password == Secret("hush"))
    }

    @Test("Hosts that are reached through each other are refused, with the way and the line")
    func cycle() throws {
        let way = try Way(
            "[master]\nhub source=/srv/a\n[slaves]\ne1 target=/srv/b\n",
            config: "Host e1 second\n  ProxyJump first\nHost first\n  ProxyJump second\n"
        )
        let error = #expect(throws: CommandFailure.self) { try way.destinations() }
        #expect(
            error?.message.hasPrefix("config:2: ProxyJump goes in a circle: first through second through first") == true
        )
    }

    @Test("ProxyCommand is an error for the hosts that it is for, and for no others")
    func proxyCommand() throws {
        let inventory = "[master]\nhub source=/srv/a\n[slaves]\ne1 target=/srv/b\n"
        let way = try Way(inventory, config: "Host e1\n  ProxyCommand nc %h %p\n")
        let error = #expect(throws: CommandFailure.self) { try way.destinations() }
        #expect(error?.message.hasPrefix("config:2: ProxyCommand is set for e1") == true)
        #expect(error?.message.contains("ProxyJump") == true)
        let other = try Way(inventory, config: "Host e2\n  ProxyCommand nc %h %p\n").destinations()
        #expect(other.count == 2)
    }

    @Test("The inventory's key stands alone; those of arguments and configuration add up, as far as they exist")
    func keys() throws {
        let way = try Way(
            """
            [master]
            hub source=/srv/a ansible_ssh_private_key_file=~/k
            [slaves]
            e1 target=/srv/b ansible_ssh_common_args='-i /keys/argument'
            e2 target=/srv/b
            """,
            config: "IdentityFile /keys/absent\nIdentityFile /keys/here\nIdentitiesOnly yes\n",
            files: ["/keys/argument": "", "/keys/here.pub": ""]
        )
        let hosts = try way.destinations()
        #expect(
            hosts.map(\.credentials.identityFiles) == [
                ["/home/me/k"], ["/keys/argument", "/keys/here"], ["/keys/here"],
            ]
        )
        #expect(hosts.map(\.credentials.offersNamedKeysOnly) == [true, true, true])
    }

    @Test("With IdentitiesOnly and no key named, the default keys are the named ones")
    func identitiesOnlyWithoutFiles() throws {
        let way = try Way(
            """
            [master]
            hub source=/srv/a
            [slaves]
            e1 target=/srv/b
            """,
            config: "IdentitiesOnly yes\n",
            files: ["/home/me/.ssh/id_ecdsa": "", "/home/me/.ssh/id_rsa.pub": ""]
        )
        for host in try way.destinations() {
            #expect(host.credentials.identityFiles == ["/home/me/.ssh/id_ecdsa", "/home/me/.ssh/id_rsa"])
            #expect(host.credentials.offersNamedKeysOnly)
        }
    }

    @Test("The agent is that of IdentityAgent, else of the environment")
    func agents() throws {
        let way = try Way(
            "[master]\nhub source=/srv/a\n[slaves]\ne[1:4] target=/srv/b\n",
            config: "Host e1\n IdentityAgent none\nHost e2\n IdentityAgent ~/a/%n\nHost e3\n IdentityAgent $OTHER\n"
                + "Host e4\n IdentityAgent $NOT_SET\n",
            environment: ["SSH_AUTH_SOCK": "/run/agent", "OTHER": "/run/other"]
        )
        let sockets = try way.destinations().map(\.credentials.agentSocket)
        #expect(sockets == ["/run/agent", nil, "/home/me/a/e2", "/run/other", nil])
    }

    @Test("Host keys: files, alias, hashing and policy are those of the configuration; pins those of the inventory")
    func hostKeys() throws {
        let pins = ["A", "E"].map { "SHA256:" + String(repeating: "A", count: 42) + $0 }
        let way = try Way(
            "[master]\nhub source=/srv/a host_key=\(pins.joined(separator: ","))\n[slaves]\ne[1:2] target=/srv/b\n",
            config: """
                Host e1
                  UserKnownHostsFile ~/k1 /k2
                  GlobalKnownHostsFile none
                  HostKeyAlias Cluster
                  HashKnownHosts yes
                  StrictHostKeyChecking accept-new
                """
        )
        let hosts = try way.destinations()
        #expect(hosts[0].hostKeyRule == HostKeyRule(pins: pins))
        #expect(
            hosts[1].hostKeyRule
                == HostKeyRule(
                    alias: "cluster",
                    files: ["/home/me/k1", "/k2"],
                    policy: .acceptNew,
                    hashesNewNames: true
                )
        )
        #expect(hosts[2].hostKeyRule == HostKeyRule())
    }

    @Test("Nothing turns the checking of host keys off", arguments: ["no", "off"])
    func neverOff(word: String) throws {
        let way = try Way(
            "[master]\nhub source=/srv/a\n[slaves]\ne1 target=/srv/b\n",
            config: "StrictHostKeyChecking \(word)\n"
        )
        let rules = try way.destinations().map(\.hostKeyRule)
        #expect(rules.allSatisfy { $0.policy == nil })
        #expect(way.routes.warnings.count == 1)
        #expect(way.routes.warnings.first?.text.hasPrefix("config:1: StrictHostKeyChecking does not turn") == true)
    }

    @Test("A new key that could not be recorded is not taken", arguments: ["/dev/null", "none"])
    func unrecorded(file: String) throws {
        let way = try Way(
            "[master]\nhub source=/srv/a\n[slaves]\ne1 target=/srv/b\n",
            config: "StrictHostKeyChecking accept-new\nUserKnownHostsFile \(file)\nGlobalKnownHostsFile none\n"
        )
        let rules = try way.destinations().map(\.hostKeyRule)
        #expect(rules.allSatisfy { $0.policy == .refuseUnknown && $0.files == ["/dev/null"] })
        #expect(way.routes.warnings.count == 1)
    }

    @Test("The known_hosts file of the command line wins over those of the configuration, and can be recorded in")
    func knownHostsOfCommandLine() throws {
        let way = try Way(
            "[master]\nhub source=/srv/a\n[slaves]\ne1 target=/srv/b\n",
            config: "StrictHostKeyChecking accept-new\nUserKnownHostsFile /dev/null\n",
            knownHosts: "/mine"
        )
        let rules = try way.destinations().map(\.hostKeyRule)
        #expect(rules.allSatisfy { $0 == HostKeyRule(policy: .acceptNew) })
        #expect(way.routes.warnings.isEmpty)
    }

    @Test("A time of 0 leaves the limit and the interval as they are")
    func noTimes() throws {
        let way = try Way(
            "[master]\nhub source=/srv/a\n[slaves]\ne1 target=/srv/b\n",
            config: "ConnectTimeout 0\nServerAliveInterval 0\n"
        )
        let hosts = try way.destinations()
        #expect(hosts.allSatisfy { $0.connectLimit == nil && $0.aliveInterval == nil })
    }

    @Test("Arguments without effect are told once, with their line in the inventory")
    func withoutEffect() throws {
        let way = try Way(
            """
            [master]
            hub source=/srv/a
            [slaves]
            e[1:3] target=/srv/b
            [slaves:vars]
            ansible_ssh_common_args = -C -o ControlMaster=auto -o ControlPersist=60s -o ProxyJump=gate -v
            """
        )
        _ = try way.destinations()
        #expect(
            way.routes.warnings.map(\.text) == [
                """
                fleet.ini:6:27: 'ansible_ssh_common_args': without effect here: -C, ControlMaster, ControlPersist, -v
                 6 | ansible_ssh_common_args = -C -o ControlMaster=auto -o ControlPersist=60s -o ProxyJump=gate -v
                   |                           ^
                  hint: what says how a host is reached takes effect, such as ProxyJump, IdentityFile, Port and User
                """
            ]
        )
    }

    @Test("Wrong arguments are told with their line in the inventory")
    func badArguments() throws {
        let way = try Way(
            "[master]\nhub source=/srv/a\n[slaves]\ne1 target=/srv/b ansible_ssh_extra_args='-o Port=abc'\n"
        )
        let error = #expect(throws: CommandFailure.self) { try way.destinations() }
        #expect(
            error?.message == """
                fleet.ini:4:41: 'ansible_ssh_extra_args': Port takes a port from 1 to 65535, not 'abc'
                 4 | e1 target=/srv/b ansible_ssh_extra_args='-o Port=abc'
                   |                                         ^
                """
        )
    }

    @Test("Another configuration can be named beside a host; 'none' reads none")
    func otherConfiguration() throws {
        let way = try Way(
            """
            [master]
            hub source=/srv/a ansible_ssh_common_args='-F none'
            [slaves]
            e1 target=/srv/b ansible_ssh_common_args='-F none' ansible_ssh_extra_args='-F /other'
            e2 target=/srv/b
            """,
            config: "Port 1001\n",
            files: ["/other": "Port 1002\n"]
        )
        let ports = try way.destinations().map(\.port)
        #expect(ports == [22, 1002, 1001])
    }

    @Test("One address behind two bastions is two machines, behind one it is one")
    func sameAddressBehindBastions() throws {
        let inventory =
            "[master]\nhub source=/srv/a\n[slaves]\ne1 target=/srv/b sync_address=10.0.0.1\n"
            + "e2 target=/srv/b sync_address=10.0.0.2\n"
        let config = "Host e1\n  ProxyJump b1\nHost e2\n  ProxyJump %@\nHost e*\n  HostName 10.0.0.5\n"
        let apart = try Way(inventory, config: config.replacing("%@", with: "b2"))
        #expect(apart.fleet.slaves.count == 2)
        #expect(throws: InventoryErrors.self) { try Way(inventory, config: config.replacing("%@", with: "b1")) }
    }
}

/// An inventory and an ssh configuration, both texts, and the ways that come of them.
private struct Way {
    var routes: SSHRoutes
    var fleet: Fleet

    init(
        _ text: String,
        config: String = "",
        files: [String: String] = [:],
        environment: [String: String] = [:],
        knownHosts: String? = nil
    ) throws {
        let all = files.merging(["config": config]) { own, _ in own }
        var options = try CommonOptions.parse([])
        options.sshConfig = "config"
        options.knownHosts = knownHosts
        let user = Fleet.LocalUser(name: "me", home: "/home/me")
        let inventory = try Inventory(parsing: text, file: "fleet.ini")
        let routes = try SSHRoutes(
            inventory,
            options,
            localUser: user,
            environment: environment,
            source: ConfigurationSource(
                read: { path in all[path].map { .file(Array($0.utf8), isOpenToOthers: false) } ?? .absent }
            )
        )
        self.routes = routes
        fleet = try Fleet(inventory, localUser: user) { routes.reach($0) }
    }

    func destinations() throws -> [SSHDestination] {
        try routes.destinations(for: [fleet.master] + fleet.slaves.map(\.host))
    }
}
