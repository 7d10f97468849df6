import INIFile
import Inventory
import RemoteHost
import Testing

@Suite("What the inventory says of the way to a host")
struct ConnectionSettingsTests {
    private let pins = ["A", "E"].map { "SHA256:" + String(repeating: "x", count: 42) + $0 }

    @Test("What is set is there, and what is not set stays open for the ssh configuration")
    func setOrOpen() throws {
        let fleet = try fleet(
            """
            [master]
            hub source=/srv/a
            [slaves]
            e1:2202 target=/srv/b ansible_host=fe80::1%eth0 ansible_user=deploy host_key=\(pins[0]),\(pins[1])=
            [slaves:vars]
            ansible_ssh_common_args = -J 'gate'
            ansible_ssh_extra_args = -v
            ansible_ssh_private_key_file = ~/k
            ansible_connection = ssh
            """
        )
        let open = fleet.master.connection
        #expect(open.address == nil && open.port == nil && open.user == nil && open.privateKeyFile == nil)
        #expect(open.hostKeys.isEmpty && open.arguments.isEmpty && open.password == nil)
        let slave = try #require(fleet.slaves.first?.host.connection)
        #expect(slave.address == "fe80::1%eth0")
        #expect(slave.port == 2202)
        #expect(slave.user == "deploy")
        #expect(slave.hostKeys == pins)
        #expect(slave.privateKeyFile == "/home/me/k")
        #expect(slave.arguments.map(\.text) == ["-J 'gate'", "-v"])
        #expect(slave.arguments.map(\.position) == [at(6, 27), at(7, 26)])
    }

    @Test(
        "A password has several names; the last of them counts, as in Ansible",
        arguments: [
            ("ansible_password=a", "a"), ("ansible_ssh_pass=b", "b"),
            ("ansible_ssh_password=c ansible_ssh_pass=b ansible_password=a", "c"), ("ansible_password=1234", "1234"),
            ("ansible_password='a b#c'", "a b#c"),
        ]
    )
    func passwords(text: String, password: String) throws {
        let fleet = try fleet("[master]\nhub source=/srv/a \(text)\n[slaves]\ne1 target=/srv/b\n")
        #expect(fleet.master.connection.password == Secret(password))
    }

    @Test("A home folder is put in for '~', alone or in front of a path", arguments: [("~", ""), ("~/k", "/k")])
    func home(text: String, rest: String) throws {
        let key = "ansible_ssh_private_key_file=\(text)"
        let fleet = try fleet("[master]\nhub source=/srv/a \(key)\n[slaves]\ne1 target=/srv/b\n")
        #expect(fleet.master.connection.privateKeyFile == "/home/me\(rest)")
    }

    @Test("Passwords are not among the variables that playbooks and templates see")
    func passwordsAreNoVariables() throws {
        let names = [
            "ansible_password", "ansible_ssh_pass", "ansible_ssh_password", "ansible_become_password",
            "ansible_become_pass",
        ]
        for name in names {
            let fleet = try fleet("[master]\nhub source=/srv/a \(name)=hush\n[slaves]\ne1 target=/srv/b\n")
            #expect(!fleet.master.variables.values.contains("hush"), "\(name)")
            #expect(fleet.master.variables[name] == nil)
            #expect(!"\(fleet.master)".contains("hush"), "\(name)")
            #expect(!fleet.inventory.listJSON().contains("hush"), "\(name)")
            #expect(fleet.inventory.listJSON().contains("\"\(name)\": \"[redacted]\""))
            let host = try #require(fleet.inventory.host(named: "hub"))
            #expect(!fleet.inventory.hostJSON(host).contains("hush"), "\(name)")
        }
    }

    @Test("A bastion in no role is asked for by its name")
    func bastion() throws {
        let text = "[gates]\ngate ansible_host=192.0.2.9 ansible_port=2009\n"
        let me = Fleet.LocalUser(name: "me")
        let gate = try #require(try Fleet.connection(of: "gate", in: parsed(text), localUser: me))
        #expect(gate.address == "192.0.2.9")
        #expect(gate.port == 2009)
        #expect(try Fleet.connection(of: "other", in: parsed(text), localUser: me) == nil)
        #expect(throws: InventoryErrors.self) {
            try Fleet.connection(of: "gate", in: parsed("[gates]\ngate ansible_port=x\n"), localUser: me)
        }
    }

    @Test("An address of the ssh configuration that is none is refused, with the line that says it")
    func badWay() throws {
        let reach = HostReach(address: "a b", port: 22, user: "me", addressOrigin: "config:7")
        let text = "[master]\nhub source=/srv/a\n[slaves]\ne1 target=/srv/b\n"
        let error = #expect(throws: InventoryErrors.self) {
            try Fleet(parsed(text), localUser: Fleet.LocalUser(name: "me")) { _ in reach }
        }
        #expect(error?.errors.first?.diagnostic.message.contains("(config:7)") == true)
    }

    private func fleet(_ text: String) throws(InventoryErrors) -> Fleet {
        try Fleet(parsed(text), localUser: Fleet.LocalUser(name: "me", home: "/home/me"))
    }
}
