import FleetRunner
import Lab
import LockstepTestSupport
import Propagation
import RemoteHost
import SecureShell
import SystemPackage
import Testing

extension BootstrapTests {
    @Test("Every login shell leads to root's rights, by the real sudo and doas, with and without a password")
    func becoming() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            try await fleet.on("edge1", Self.accounts)
            let users = try LoginUsers(fleet, on: try await fleet.peer(of: "edge1"))
            try await users.expectEveryWayIn()
            try await users.expectProof()
            try await users.expectRefusals()

            // The whole way, by a user with another login shell and other rights.
            let line = "edge1 ansible_host=\(try fleet.address(of: "edge1"))"
            try fleet.write(
                inventory: fleet.inventory.replacing(line, with: line + " ansible_user=free ansible_become=yes")
            )
            let plan = try await fleet.lockstep("plan")
            #expect(plan.exitCode == 0)
            let tried = "up, by a user whose login shell is fish and who needs no password for sudo"
            try await SSHTable.row(.waysIn, tried, on: users.peer) {
                let first = try await fleet.lockstep("up")
                #expect(first.exitCode == 0)
                #expect(try first.summary.proven == 1)
                #expect(try plan.changes == first.changes)
                return "set up, and proven"
            }
        }
    }

    /// Users that log in with the lab's key, each of them with another obstacle in its way.
    private static let accounts = #"""
        set -e
        export DEBIAN_FRONTEND=noninteractive
        { apt-get update && apt-get install -y --no-install-recommends sudo opendoas fish tcsh; } >/tmp/apt.log 2>&1 ||
            { tail -n 5 /tmp/apt.log; exit 1; }
        add() {
            useradd -m -s "$2" "$1"
            printf '%s:pass word!\n' "$1" | chpasswd
            mkdir -p "/home/$1/.ssh"
            printf '%s %s\n' "$3" "$(cat /root/.ssh/authorized_keys)" >"/home/$1/.ssh/authorized_keys"
            chown -R "$1:" "/home/$1/.ssh"
        }
        add plain /bin/sh
        add fishy /usr/bin/fish
        add csh /bin/tcsh
        add loud /bin/bash
        add free /usr/bin/fish
        add reader /bin/bash
        add outsider /bin/sh
        add required /bin/sh
        add forced /bin/sh 'command="sh"'
        add noterminal /bin/sh no-pty
        add nologin /usr/sbin/nologin
        echo 'echo out; echo err >&2; set -x; printf "no newline"' >/home/loud/.bashrc
        echo 'read -r _' >/home/reader/.bashrc
        for user in plain fishy csh loud required forced; do echo "$user ALL=(ALL) ALL"; done >/etc/sudoers.d/users
        printf 'free ALL=(ALL) NOPASSWD: ALL\nDefaults:required requiretty\n' >>/etc/sudoers.d/users
        chmod 440 /etc/sudoers.d/users
        for user in plain fishy csh loud noterminal; do echo "permit $user"; done >/etc/doas.conf
        echo 'permit nopass free' >>/etc/doas.conf
        chmod 600 /etc/doas.conf
        mkdir /srv/proof
        """#
}

/// The users of a fleet's host `edge1`, each as a host of its own.
private struct LoginUsers {
    /// Their host's server.
    let peer: SSHPeer
    private let connector: SSHConnector
    private let right = Secret("pass word!")
    private let wrong = Secret("touch /tmp/evil")

    /// The users, as the table describes them.
    private static let users = [
        "plain": "login shell sh", "fishy": "login shell fish", "csh": "login shell tcsh",
        "loud": "login shell bash, which prints from .bashrc", "free": "login shell fish, no password needed",
        "reader": "login shell bash, which reads from .bashrc", "outsider": "a user without rights",
        "required": "a user with requiretty", "forced": "a key with command=\"sh\"",
        "noterminal": "a key with no-pty", "nologin": "login shell nologin",
    ]

    init(_ fleet: FleetFixture, on peer: SSHPeer) throws {
        self.peer = peer
        let address = try fleet.address(of: "edge1")
        connector = SSHConnector(
            destinations: Self.users.keys.map { user in
                SSHDestination(
                    name: user,
                    address: address,
                    user: user,
                    credentials: SSHCredentials(identityFiles: [fleet.report.privateKey])
                )
            },
            knownHosts: try KnownHosts(files: [fleet.report.knownHosts])
        )
    }

    /// Every way to become root gives a script and a conversation, byte for byte.
    func expectEveryWayIn() async throws {
        let byPassword: [Privilege] = [
            .sudo(user: "root", password: right), .doas(user: "root", password: right),
            // Its own login shell lets nobody in, and need not.
            .sudo(user: "nologin", password: right),
        ]
        for user in ["plain", "fishy", "csh", "loud"] {
            for privilege in [.none] + byPassword { try await expectWayIn(user, privilege) }
        }
        for privilege in [Privilege.sudo(user: "root"), .doas(user: "root"), .doas(user: "root", password: wrong)] {
            try await expectWayIn("free", privilege)
        }
        try await expectWayIn("reader", .none)
        try await expectWayIn("forced", .none)
    }

    /// A user and a privilege, as the table names them.
    private func tried(_ user: String, _ privilege: Privilege) -> String {
        let rights =
            switch privilege {
            case .none: ""
            case .sudo(let user, let password): ", sudo to \(user), " + spelled(password)
            case .doas(let user, let password): ", doas to \(user), " + spelled(password)
            }
        return (Self.users[user] ?? user) + rights
    }

    private func spelled(_ password: Secret?) -> String {
        password.map { $0.revealed == right.revealed ? "a password" : "a wrong password" } ?? "no password"
    }

    private func expectWayIn(_ user: String, _ privilege: Privilege) async throws {
        try await SSHTable.row(.waysIn, tried(user, privilege), on: peer) {
            try await converse(user, privilege)
            return "a script and a conversation, byte for byte"
        }
    }

    private func converse(_ user: String, _ privilege: Privilege) async throws {
        let comment: Comment = "\(user), \(String(describing: privilege))"
        let rights = privilege.grant?.user ?? user
        try await connector.withConnection(to: user) { host in
            // More than a terminal holds at a time, in both directions.
            let text = (0..<3000).map { "# a line that does nothing, \($0)\n" }.joined()
            let script = #"id -un; cat; printf 'a\r\n\000\003\004\021\033\377'; head -c 100000 /dev/zero; exit 3"#
            let result = try await host.run(.script(text + script, privilege: privilege, deadline: .seconds(20)))
            let bytes = Array("\(rights)\na\r\n".utf8) + [0, 3, 4, 17, 27, 255] + [UInt8](repeating: 0, count: 100_000)
            #expect(result.exit == .status(3), comment)
            #expect(result.standardOutput == bytes, comment)

            let (lines, sender) = AsyncStream.makeStream(of: [UInt8].self)
            let conversation = Command.conversation(
                "echo ready; while read -r word && [ -n \"$word\" ]; do echo \"got $word\"; done; echo over",
                lines: lines,
                privilege: privilege,
                deadline: .seconds(20)
            )
            let talk = try await host.run(conversation) { chunk in
                guard case .standardOutput(let bytes) = chunk, bytes.starts(with: Array("ready".utf8)) else { return }
                sender.yield(Array("one\n".utf8))
                sender.finish()
            }
            #expect(talk.outputText == "ready\ngot one\nover\n", comment)
        }
    }

    /// A canary is written at doas's terminal and watched for behind sudo, and the other way round.
    func expectProof() async throws {
        let ways: [Privilege] = [.sudo(user: "root", password: right), .doas(user: "root", password: right)]
        for (writing, watching) in [(ways[0], ways[1]), (ways[1], ways[0])] {
            try await connector.withConnection(to: "fishy") { master in
                try await connector.withConnection(to: "csh") { slave in
                    let proof = Proof(
                        master: ProofSite(host: master, directory: "/srv/proof", privilege: writing),
                        slaves: [ProofSite(host: slave, directory: "/srv/proof", privilege: watching)]
                    )
                    let report = try await proof.run()
                    guard case .proven = report.slaves.first?.outcome else {
                        Issue.record("not proven: \(String(describing: report))")
                        return
                    }
                }
            }
        }
    }

    /// Whatever keeps a script from its rights is named, and nothing runs.
    func expectRefusals() async throws {
        let sudo = Privilege.sudo(user: "root", password: right)
        try await expectRefusal("plain", .sudo(user: "root", password: wrong), "the sudo password of plain is wrong")
        try await expectRefusal("plain", .doas(user: "root", password: wrong), "doas: Authentication failed")
        try await expectRefusal("plain", .sudo(user: "root"), "sudo: a password is required", hint: "NOPASSWD")
        try await expectRefusal("plain", .doas(user: "root"), "doas: Authentication required", hint: "nopass")
        try await expectRefusal("outsider", sudo, "outsider is not in the sudoers file")
        try await expectRefusal("outsider", .doas(user: "root", password: right), "doas: Operation not permitted")
        try await expectRefusal("required", sudo, "sudo: sorry, you must have a tty to run sudo", hint: "requiretty")
        try await expectRefusal("nologin", .none, "not available", hint: "login shell")
        try await expectRefusal("forced", .sudo(user: "root"), "is there a forced command?")
        try await expectRefusal("noterminal", .doas(user: "root", password: right), "terminal", hint: "PermitTTY")
    }

    private func expectRefusal(
        _ user: String,
        _ privilege: Privilege,
        _ words: String,
        hint: String = ""
    ) async throws {
        try await connector.withConnection(to: user) { host in
            let command = Command.script("touch /tmp/evil", privilege: privilege, deadline: .seconds(40))
            let error = await SSHTable.failure(.waysIn, tried(user, privilege), on: peer, within: .seconds(35)) {
                _ = try await host.run(command)
            }
            #expect(error?.code == .shellRefused)
            #expect(error?.message.contains(words) == true, "\(String(describing: error))")
            #expect(hint.isEmpty || error?.hint?.contains(hint) == true, "\(String(describing: error))")
        }
        try await connector.withConnection(to: "plain") { host in
            let look = Command.script("[ ! -e /tmp/evil ]", deadline: .seconds(10))
            let result = try await host.run(look)
            #expect(result.succeeded, "\(user)'s script ran")
        }
    }
}
