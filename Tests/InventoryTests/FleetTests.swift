import INIFile
import Inventory
import Testing

@Suite("Fleet")
struct FleetTests {
    @Test("What is not set has its default")
    func defaults() throws {
        let fleet = try fleet("[master]\nhub source=/srv/a\n[slaves]\nedge1 target=/srv/b\n")
        #expect(fleet.master.name == "hub")
        #expect(fleet.master.address == "hub")
        #expect(fleet.master.port == 22)
        #expect(fleet.master.user == "me")
        #expect(fleet.master.connection.privateKeyFile == nil)
        #expect(fleet.master.become == nil)
        #expect(fleet.syncs.map(\.source.text) == ["/srv/a"])
        let slave = try #require(fleet.slaves.first)
        #expect(fleet.syncs[0].mirrors[0].target.text == "/srv/b")
        #expect(slave.syncUser == "root")
        #expect(slave.syncAddress == "edge1")
        #expect(slave.syncPort == 22)
        #expect(fleet.syncs[0].mirrors[0].delay == .seconds(1))
        #expect(fleet.warnings.isEmpty)
    }

    @Test("What is set is taken")
    func settings() throws {
        let fleet = try fleet(
            """
            [master]
            hub ansible_host=192.0.2.1 ansible_port=2201 ansible_user=deploy source=//srv/./a/
            [slaves]
            edge1:2202 sync_address=fd00::1 sync_port=22 target='/srv/b c' delay=0.250 sync_user=_mirror
            [all:vars]
            ansible_ssh_private_key_file = ~/.ssh/id
            ansible_become = True
            ansible_become_method = doas
            ansible_become_user = admin
            """
        )
        #expect(fleet.master.address == "192.0.2.1")
        #expect(fleet.master.port == 2201)
        #expect(fleet.master.user == "deploy")
        #expect(fleet.master.connection.privateKeyFile == "/home/me/.ssh/id")
        #expect(fleet.master.become == FleetHost.Become(method: .doas, user: "admin"))
        #expect(fleet.syncs.map(\.source.text) == ["/srv/a"])
        let slave = try #require(fleet.slaves.first)
        #expect(slave.host.port == 2202)
        #expect(slave.syncAddress == "fd00::1")
        #expect(slave.syncPort == 22)
        #expect(fleet.syncs[0].mirrors[0].target.components == ["srv", "b c"])
        #expect(fleet.syncs[0].mirrors[0].delay == .milliseconds(250))
        #expect(slave.syncUser == "_mirror")
    }

    @Test("Templates see every setting in its one spelling, with the defaults, and the user's own variables")
    func variables() throws {
        let text =
            "[master]\nhub source=/srv/a/\n[slaves]\ne1 target=/srv/b/ delay=02.50 mine='x y' ansible_become=ON\n"
        let fleet = try fleet(text)
        let expected = [
            "source": "/srv/a", "target": "/srv/b", "delay": "2.5", "mine": "x y", "sync_user": "root",
            "sync_address": "e1", "gate": "receive", "sync_port": "22", "allow_dangerous_target": "no",
            "ansible_host": "e1",
            "ansible_port": "22", "ansible_user": "me", "ansible_become": "yes", "ansible_become_method": "sudo",
            "ansible_become_user": "root",
        ]
        #expect(fleet.slaves.first?.host.variables == expected)
        #expect(fleet.slaves.first?.host.origins["mine"] == at(4, 31))
        #expect(fleet.master.variables["source"] == "/srv/a")
        #expect(fleet.master.variables["target"] == nil)
    }

    @Test("Every slave-wide setting may differ from slave to slave", arguments: ["slaves", "all"])
    func perSlave(group: String) throws {
        let text = "[master]\nhub source=/srv/a\n[slaves]\ne1\ne2 target=/srv/c\n[\(group):vars]\ntarget=/srv/b\n"
        #expect(try fleet(text).syncs[0].mirrors.map(\.target.text) == ["/srv/b", "/srv/c"])
    }

    @Test(
        "The spellings of yes and no",
        arguments: [
            ("yes", true), ("1", true), ("T", true), ("on", true), ("no", false), ("False", false), ("0", false),
        ]
    )
    func switches(text: String, isOn: Bool) throws {
        let fleet = try fleet("[master]\nhub source=/srv/a ansible_become=\(text)\n[slaves]\ne1 target=/srv/b\n")
        #expect((fleet.master.become != nil) == isOn)
    }

    @Test(
        "A delay is exact to the microsecond",
        arguments: [("0", 0), ("0.000001", 1), ("1.5", 1_500_000), ("3600", 3_600_000_000)]
    )
    func delays(text: String, microseconds: Int) throws {
        let fleet = try fleet("[master]\nhub source=/srv/a\n[slaves]\ne1 target=/srv/b delay=\(text)\n")
        #expect(fleet.syncs[0].mirrors.first?.delay == .microseconds(microseconds))
    }

    @Test(
        "These targets are fine",
        arguments: [
            "/srv/x", "/home/me", "/etc/nginx", "/var/www", "/data", "/opt/app", "/usr/local/share/x", "/libx",
            "/srv/..x", "/srv/$(x)",
        ]
    )
    func fineTargets(target: String) throws {
        let fleet = try fleet("[master]\nhub source=/srv/a\n[slaves]\ne1 target='\(target)'\n")
        #expect(fleet.syncs[0].mirrors.first?.target.text == target)
    }

    @Test(
        "These targets are refused, unless that is asked for",
        arguments: [
            "/", "/etc", "/usr", "/bin", "/boot/x", "/dev", "/proc", "/sys/x", "/lib", "/lib64", "/sbin", "/var",
            "/root", "/home", "/run", "/srv", "/srv/.ssh",
        ]
    )
    func dangerousTargets(target: String) throws {
        let text = "[master]\nhub source=/data/a\n[slaves]\ne1 target=\(target)"
        let error = #expect(throws: InventoryErrors.self) { try fleet(text) }
        #expect(error?.errors.map(\.code) == [.dangerousPath])
        // What the slave is logged into or replicated by stays out of it in any case.
        let asked = " allow_dangerous_target=yes exclude=.ssh,lockstep\n"
        #expect(try fleet(text + asked).syncs[0].mirrors.first?.target.text == target)
    }

    @Test("Slaves on one machine are told by port, and the master may be a slave's machine when nothing overlaps")
    func sharedMachines() throws {
        let text = """
            [master]
            hub ansible_host=127.0.0.1 source=/srv/a
            [slaves]
            e1 ansible_host=127.0.0.1 target=/srv/b
            e2 ansible_host=127.0.0.1 ansible_port=23 target=/srv/a
            """
        #expect(try fleet(text).slaves.count == 2)
    }

    @Test("A limit leaves out slaves, never the master")
    func limits() throws {
        let fleet = try fleet("[master]\nhub source=/srv/a\n[slaves]\ne[1:3] target=/srv/b\n[other]\no1\n")
        #expect(try limited(fleet, "e2:e3") == ["e2", "e3"])
        #expect(try limited(fleet, "all:!e2") == ["e1", "e3"])
        #expect(try limited(fleet, "hub") == [])
        #expect(throws: HostPatternError.self) { try limited(fleet, "o1") }
    }

    @Test("Every setting is in the table once, and none is taken for a slip of another")
    func table() {
        #expect(Set(Setting.all.map(\.name)).count == Setting.all.count)
        #expect(Setting.named("delay")?.standard == "1")
        #expect(Setting.all.allSatisfy { !$0.summary.isEmpty && !$0.type.summary.isEmpty })
    }

    @Test("A variable of one's own more than two letters off is kept, and other groups' variables are not looked at")
    func ownVariables() throws {
        let text = "[master]\nhub source=/srv/a\n[slaves]\ne1 target=/srv/b region=x\n[db]\nd1 sorce=1 delay=soon\n"
        #expect(try fleet(text).slaves.first?.host.variables["region"] == "x")
        // Two letters are half of such a word.
        let short = "[master]\nhub source=/srv/a name=x\n[slaves]\ne1 target=/srv/b state=y apps=z\n"
        #expect(try fleet(short).slaves.first?.host.variables["state"] == "y")
    }

    @Test("A '#' in quotes is no comment that somebody meant to write")
    func quotedHash() throws {
        let beside = "[master]\nhub source='/srv/a #1'\n[slaves]\ne target=\"/b #2\"\n"
        let inSections = "[master]\nhub\n[slaves]\ne\n[all:vars]\nsource = '/srv/a #1'\ntarget = \"/b #2\"\n"
        for text in [beside, inSections] {
            let fleet = try fleet(text)
            #expect(fleet.warnings.isEmpty)
            #expect(fleet.syncs.map(\.source.text) == ["/srv/a #1"])
            #expect(fleet.syncs[0].mirrors.map(\.target.text) == ["/b #2"])
        }
    }

    private func fleet(_ text: String) throws(InventoryErrors) -> Fleet {
        try Fleet(parsed(text), localUser: Fleet.LocalUser(name: "me", home: "/home/me"))
    }

    private func limited(_ fleet: Fleet, _ pattern: String) throws -> [String] {
        try fleet.limited(to: HostPattern(parsing: pattern)).slaves.map(\.name)
    }
}
