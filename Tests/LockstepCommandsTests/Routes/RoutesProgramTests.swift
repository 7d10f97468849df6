import Foundation
import LockstepTestSupport
import SystemPackage
import Testing

/// The ways to say how a host is reached, each by the program itself and a real sshd.
@Suite("The way to a host, by the program", .timeLimit(.minutes(2)))
struct RoutesProgramTests {
    @Test("Variables of the inventory, at an address of either kind")
    func variables() async throws {
        try await Site.with { site in
            try await site.letsIn(
                "ansible_host, ansible_port, ansible_user, ansible_ssh_private_key_file",
                variables: site.variables
            )
        }
    }

    @Test("Arguments for ssh, in each of their forms")
    func arguments() async throws {
        try await Site.with { site in
            let (port, user, key) = (site.target.port, site.target.user, site.target.clientKey.path)
            try await site.letsIn(
                "ansible_ssh_common_args with -p, -l and -i, ansible_ssh_extra_args with UserKnownHostsFile",
                variables: "ansible_host=127.0.0.1 ansible_ssh_common_args='-p \(port) -l \(user) -i \(key)' "
                    + "ansible_ssh_extra_args='-o UserKnownHostsFile=\(site.target.knownHosts)'",
                knowsHosts: false
            )
            try await site.letsIn(
                "ansible_ssh_common_args with options that have no effect",
                variables: "ansible_host=127.0.0.1 ansible_ssh_common_args="
                    + "'-o Port=\(port) -oUser=\(user) -o IdentityFile=\(key) -C -o ControlMaster=auto'",
                outcome: "let in, and a warning names them"
            ) { error in
                #expect(error.contains("without effect here: -C, ControlMaster"))
            }
        }
    }

    @Test("A configuration that -F names: patterns, negations, Match, Include, tokens")
    func configuration() async throws {
        try await Site.with { site in
            let (port, user) = (site.target.port, site.target.user)
            _ = try site.write("IdentityFile \(site.target.clientKey.path)\nUser \(user)\n", to: "keys.conf")
            let file = try site.write(
                """
                Host web* !web1
                    Port 1
                Host web?
                    HostName 127.0.0.1
                    HostKeyAlias web-alias
                Match originalhost web1 host 127.*
                    Port \(port)
                Include \(site.path("keys.conf"))
                Host *
                    UserKnownHostsFile \(site.path("alias"))

                """,
                to: "ssh_config"
            )
            _ = try site.write("web-alias \(site.target.hostKeys[0].publicKey)\n", to: "alias")
            try await site.letsIn(
                "-F: Host with a negation, Match, Include, HostName, Port, User, IdentityFile, UserKnownHostsFile",
                options: ["-F", file],
                knowsHosts: false
            )
        }
    }

    @Test("The user's own configuration counts without being named")
    func ownConfiguration() async throws {
        try await Site.with { site in
            try FileManager.default.createDirectory(atPath: site.path(".ssh"), withIntermediateDirectories: true)
            let file = try site.write(
                "Host web1\n HostName 127.0.0.1\n Port \(site.target.port)\n User \(site.target.user)\n"
                    + " IdentityFile ~/id\n IdentitiesOnly yes\n",
                to: ".ssh/config"
            )
            try await runLocally("chmod", ["600", file])
            try await runLocally("cp", [site.target.clientKey.path.string, site.path("id")])
            try await site.letsIn("~/.ssh/config: HostName, Port, User, IdentityFile, IdentitiesOnly")
        }
    }

    @Test(
        "Jump hosts of a configuration: a chain, each by its own lines, and the older form",
        arguments: [
            ("ProxyJump outer,inner", "ProxyJump with two hosts of the configuration"),
            ("ProxyJump inner", "ProxyJump with a host that has a ProxyJump of its own"),
            ("ProxyCommand ssh -q -W %h:%p inner", "ProxyCommand ssh -W through a host of the configuration"),
        ]
    )
    func jumps(line: String, tried: String) async throws {
        try await Site.with { site in
            try await LoopbackSSHServer.with { outer in
                try await LoopbackSSHServer.with { inner in
                    let (target, isOwn) = (site.target, !line.contains("outer"))
                    let file = try site.write(
                        """
                        Host web1
                            HostName 127.0.0.1
                            Port \(target.port)
                            IdentityFile \(target.clientKey.path)
                            \(line)
                        Host outer
                            Port \(outer.port)
                            IdentityFile \(outer.clientKey.path)
                        Host inner
                            Port \(inner.port)
                            IdentityFile \(inner.clientKey.path)
                            \(isOwn ? "ProxyJump outer" : "")
                        Host *
                            HostName 127.0.0.1
                            User \(target.user)
                            UserKnownHostsFile \(target.knownHosts) \(outer.knownHosts) \(inner.knownHosts)

                        """,
                        to: "ssh_config"
                    )
                    try await site.letsIn(
                        tried,
                        options: ["-F", file],
                        knowsHosts: false,
                        outcome: "let in, through two jump hosts"
                    )
                    #expect(outer.accepted == 1 && inner.accepted == 1 && target.accepted == 1)
                }
            }
        }
    }

    @Test("What an sshd prints before and after the login does not get into the output")
    func chatter() async throws {
        try await Site.with(saying: { folder in ["Banner \(folder["banner"])", "PrintMotd yes"] }) { site in
            try await site.letsIn("a host with a Banner and a motd", variables: site.variables)
        }
    }
}

/// An sshd, and a user's home folder with an inventory of the one host `web1`.
private struct Site {
    let target: LoopbackSSHServer

    static func with(
        saying lines: @Sendable (TemporaryDirectory) -> [String] = { _ in [] },
        _ body: (Site) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { folder in
            try folder.write("Unauthorised use is forbidden.\n", to: "banner")
            try await LoopbackSSHServer.with {
                $0.configuration = lines(folder)
            } _: { target in
                try await body(Site(target: target))
            }
        }
    }

    /// What an inventory says of the host where nothing else says anything.
    var variables: String {
        "ansible_host=127.0.0.1 ansible_port=\(target.port) ansible_user=\(target.user)"
            + " ansible_ssh_private_key_file=\(target.clientKey.path)"
    }

    /// The path of a file in the home folder.
    func path(_ name: String) -> String { target.home.appending(name).string }

    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: path(name)))
        return path(name)
    }

    /// Runs a command on `web1` by the program, which must go well, and adds a row.
    func letsIn(
        _ tried: String,
        variables: String = "",
        options: [String] = [],
        knowsHosts: Bool = true,
        outcome: String = "let in",
        _ check: (_ error: String) -> Void = { #expect($0 == "") }
    ) async throws {
        let text =
            "[master]\nweb1 source=/srv/data \(variables)\n[slaves]\nspare target=/srv/data sync_address=192.0.2.9\n"
        let inventory = try write(text, to: "hosts.ini")
        let known = knowsHosts ? ["--known-hosts", target.knownHosts.string] : []
        try await SSHTable.row(.waysIn, tried, on: target.peer) {
            let all =
                [LockstepProgram.path.string, "exec", "--limit", "web1", "-i", inventory] + known + options + [
                    "--", "echo here",
                ]
            let result = try await LocalProgram.run("env", ["HOME=\(target.home)"] + all)
            #expect(result.status == 0, "\(result.error)")
            #expect(result.output.hasPrefix("== web1\nhere\n1 host: 1 ok, in "), "\(result.output)")
            check(result.error)
            return outcome
        }
    }
}
