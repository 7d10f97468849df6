import Foundation
import LockstepTestSupport
import Testing

@Suite("lockstep explain", .timeLimit(.minutes(2)))
struct ExplainProgramTests {
    private static let files = [
        "lockstep.ini": """
        [master]
        hub ansible_host=192.0.2.10 source=/srv/site
        [slaves:children]
        north
        south
        [north]
        edge[1:2] ansible_port=2200
        [south]
        edge3 ansible_host=rack7 target=/data/site rack=12 ansible_password=hunter2
        edge3 rack=13
        [gates]
        gate ansible_host=192.0.2.1 ansible_user=gatekeeper
        [slaves:vars]
        target = /srv/site
        delay = 0.5
        ansible_ssh_common_args = -J gate
        db_password = hush
        [south:vars]
        delay = 5
        [all:vars]
        ansible_user = deploy
        ansible_become = yes
        ansible_ssh_private_key_file = keys/fleet
        """,
        "config": """
        Host rack7
          HostName 192.0.2.77
          Port 2022
          User other
        Host edge*
          Port 2023
        """,
        "known_hosts": """
        [192.0.2.77]:2022 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJVKF9CPBl5tMz3ZV7MqcDgV2qs6Y1wkQhJ0d1fXyZ3u
        """,
    ]

    @Test("A page says what the host is, how it is reached, what counts for it, and where each of these is said")
    func page() async throws {
        try await WrittenFleet.with(Self.files) { fleet in
            let result = try await fleet.lockstep("-F", "config", "--known-hosts", "known_hosts", "explain", "edge3")
            #expect(result.error == "")
            #expect(
                result.output == """
                    edge3: a slave of hub
                    lockstep.ini:9, in the groups south, slaves, all

                    Copy of hub:/srv/site
                      source           /srv/site   lockstep.ini:2
                      target           /data/site  lockstep.ini:9
                                         over /srv/site, lockstep.ini:14 (slaves)
                      exclude          none        default
                      include          none        default
                      delete           yes         default
                      delay            5           lockstep.ini:19 (south)
                                         over 0.5, lockstep.ini:15 (slaves)
                      compress         no          default
                      bandwidth_limit  0           default
                      checksum         no          default
                      owner_map        none        default
                      group_map        none        default
                      mode_map         none        default
                      hard_links       no          default
                      acls             no          default
                      xattrs           no          default
                      fake_super       no          default

                    Reached from here
                      address      192.0.2.77   config:2
                                     the ssh configuration was asked for rack7 (ansible_host,
                                     lockstep.ini:9)
                      port         2022         config:3
                      user         deploy       ansible_user, lockstep.ini:21 (all)
                                     over other, config:4
                      through      gate (gatekeeper@192.0.2.1 port 22)
                                     ansible_ssh_common_args, lockstep.ini:16
                      key          keys/fleet   ansible_ssh_private_key_file, lockstep.ini:23 (all)
                                     there is no such file here
                      password     [redacted]   ansible_password, lockstep.ini:9
                      known hosts  known_hosts  --known-hosts
                      host key     ssh-ed25519 SHA256:HpnF0LJQ8CwZQjbFdlConGzPCZ/Rokc4cJcangboGkc
                                     known_hosts:1
                      become       root, by sudo
                                     ansible_become, lockstep.ini:22 (all)

                    Settings
                      sync_user                     root        default
                      sync_address                  192.0.2.77
                                                      default: the address at which it is reached
                                                      from here
                      sync_port                     2022
                                                      default: the port at which it is reached from
                                                      here
                      gate                          receive     default
                      ansible_host                  rack7       lockstep.ini:9
                      ansible_user                  deploy      lockstep.ini:21 (all)
                      ansible_ssh_private_key_file  keys/fleet  lockstep.ini:23 (all)
                      ansible_password              [redacted]  lockstep.ini:9
                      ansible_ssh_common_args       -J gate     lockstep.ini:16 (slaves)
                      ansible_become                yes         lockstep.ini:22 (all)

                    Variables of your own
                      db_password  [redacted]  lockstep.ini:17 (slaves)
                      rack         13          lockstep.ini:10
                                     over 12, lockstep.ini:9

                    """
            )
        }
    }

    @Test("No password is shown, whoever gave it its name")
    func secrets() async throws {
        try await WrittenFleet.with(Self.files) { fleet in
            for format in ["--verbose", "--json"] {
                let result = try await fleet.lockstep(format, "-F", "config", "explain", "edge3")
                #expect(result.status == 0)
                #expect(result.output.contains("[redacted]"))
                for secret in ["hunter2", "hush"] {
                    #expect(!result.output.contains(secret) && !result.error.contains(secret))
                }
            }
        }
    }

    @Test("The way says which line of which file wins, and over which")
    func layers() async throws {
        try await WrittenFleet.with(Self.files) { fleet in
            let explained = try await fleet.explained("edge1", "-F", "config")
            let port = try #require(explained.way.first { $0.name == "port" })
            #expect(port.value == "2200")
            #expect(port.source == Explained.Source(kind: "variable", name: "ansible_port", place: "lockstep.ini:7"))
            #expect(port.overrides?.map(\.value) == ["2023"])
            #expect(port.overrides?.first?.source == Explained.Source(kind: "ssh_config", place: "config:6"))
            let through = try #require(explained.way.first { $0.name == "through" })
            #expect(through.value == "gate (gatekeeper@192.0.2.1 port 22)")
            #expect(
                through.source
                    == Explained.Source(kind: "argument", name: "ansible_ssh_common_args", place: "lockstep.ini:16")
            )
        }
    }

    @Test("A setting tells all definitions that it overrides, the next one first; so does a variable of the user's own")
    func overrides() async throws {
        var files = Self.files
        files["lockstep.ini", default: ""] += "\ndelay = 3\n"
        try await WrittenFleet.with(files) { fleet in
            let explained = try await fleet.explained("edge3")
            let delay = try #require(explained.mirrors.first?.settings.first { $0.name == "delay" })
            #expect(delay.value == "5")
            #expect(delay.overrides?.map(\.value) == ["0.5", "3"])
            #expect(delay.overrides?.map(\.source.place) == ["lockstep.ini:15", "lockstep.ini:24"])
            #expect(delay.overrides?.map(\.source.group) == ["slaves", "all"])
            let rack = try #require(explained.variables.first { $0.name == "rack" })
            #expect(rack.value == "13")
            #expect(rack.overrides?.map(\.value) == ["12"])
        }
    }

    @Test(
        "Each directory that is mirrored to a host is told with its section, and with the variables that this overrides"
    )
    func sections() async throws {
        var files = Self.files
        files["lockstep.ini", default: ""] += """

            [sync:docs]
            source = /srv/docs
            delay = 0
            exclude = *.tmp, /drafts/
            [sync:rest]
            source = /srv/rest
            target = /srv/rest
            to = south
            """
        try await WrittenFleet.with(files) { fleet in
            let page = try await fleet.lockstep("explain", "edge3").output
            #expect(page.contains("\nCopy of hub:/srv/docs, by [sync:docs]\n"))
            #expect(page.contains("  exclude          *.tmp, /drafts/  lockstep.ini:27 [sync:docs]\n"))
            #expect(
                page.contains(
                    """
                      delay            0                lockstep.ini:26 [sync:docs]
                                         over 5, lockstep.ini:19 (south)
                                         over 0.5, lockstep.ini:15 (slaves)
                    """
                )
            )
            #expect(page.contains("\nCopy of hub:/srv/rest, by [sync:rest]\n"))
            let master = try await fleet.lockstep("explain", "hub").output
            #expect(master.contains("\nMirrored to 3 slaves, by [sync:docs]\n  source  /srv/docs  lockstep.ini:25"))
            #expect(master.contains("\nMirrored to 1 slave, by [sync:rest]\n"))
        }
    }

    @Test("A host without a role is explained too")
    func withoutRole() async throws {
        try await WrittenFleet.with(Self.files) { fleet in
            let result = try await fleet.lockstep("explain", "gate")
            #expect(result.output.hasPrefix("gate: in no role, so that it takes no part\n"))
            #expect(result.output.contains("  user         gatekeeper  "))
        }
    }

    @Test(
        "A name that is no host is answered with what was probably meant",
        arguments: [("edg3", "did you mean 'edge3'?"), ("north", "that is a group; its hosts are edge1, edge2")]
    )
    func unknown(name: String, hint: String) async throws {
        try await WrittenFleet.with(Self.files) { fleet in
            let result = try await fleet.lockstep("explain", name)
            #expect(result.status == 2)
            #expect(result.error == "lockstep: there is no host '\(name)' in the inventory\n  hint: \(hint)\n")
        }
    }
}

/// An explanation as JSON tells it.
private struct Explained: Decodable {
    var mirrors: [Mirrored]
    var way, settings, variables: [Fact]

    struct Mirrored: Decodable {
        var settings: [Fact]
    }

    struct Fact: Decodable {
        var name, value: String
        var source: Source
        var overrides: [Definition]?
    }

    struct Definition: Decodable {
        var value: String
        var source: Source
    }

    struct Source: Decodable, Hashable {
        var kind: String
        var name, group, place: String?
    }
}

extension WrittenFleet {
    fileprivate func explained(_ host: String, _ options: String...) async throws -> Explained {
        let result = try await shell("exec \"$lockstep\" \"$@\"", options + ["--json", "explain", host])
        #expect(result.status == 0, "\(result.error)")
        return try JSONDecoder().decode(Explained.self, from: Data(result.output.utf8))
    }
}
