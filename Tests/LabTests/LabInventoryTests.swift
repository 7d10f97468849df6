import Testing

@testable import Lab

@Suite("The lab's inventory")
struct LabInventoryTests {
    static func host(_ name: String, _ address: String) -> LabState.Host {
        LabState.Host(name: name, address: address, wasUp: true)
    }

    static let inventory = LabInventory(
        id: "abc",
        hosts: [host("master", "10.77.0.2"), host("edge1", "10.77.0.3"), host("edge2", "10.77.0.4")],
        privateKey: "/s/id_ed25519",
        knownHosts: "/s/known_hosts",
        path: "/w/lab.ini"
    )

    @Test("It is a normal inventory that says how to use it")
    func text() {
        #expect(
            Self.inventory.text == """
                # Lockstep lab abc
                # Try:  lockstep -i /w/lab.ini --known-hosts /s/known_hosts up
                # `lockstep lab down` removes this file: copy it to keep what you change.

                [master]
                master ansible_host=10.77.0.2

                [slaves]
                edge1 ansible_host=10.77.0.3
                edge2 ansible_host=10.77.0.4

                [all:vars]
                ansible_user=root
                ansible_ssh_private_key_file=/s/id_ed25519
                source=/srv/data

                [slaves:vars]
                target=/srv/data

                """
        )
    }

    @Test("Only a file with this lab's mark is this lab's")
    func ownership() {
        #expect(LabInventory.isOurs(Self.inventory.text, id: "abc"))
        #expect(!LabInventory.isOurs(Self.inventory.text, id: "ab"))
        #expect(!LabInventory.isOurs("[master]\n# Lockstep lab abc\n", id: "abc"))
        #expect(!LabInventory.isOurs("", id: "abc"))
    }

    @Test("Slaves are added to their group, and what was edited stays")
    func adding() {
        let edited = Self.inventory.text.replacing("target=/srv/data", with: "target=/srv/mirror")
        let slaves = [Self.host("edge2", "10.77.0.4"), Self.host("edge3", "10.77.0.5")]
        let grown = LabInventory.adding(slaves, to: edited)
        #expect(
            grown
                == edited.replacing(
                    "edge2 ansible_host=10.77.0.4\n",
                    with: "edge2 ansible_host=10.77.0.4\nedge3 ansible_host=10.77.0.5\n"
                )
        )
        #expect(LabInventory.adding(slaves, to: grown) == grown)
        #expect(LabInventory.adding(slaves, to: "[slaves]").contains("[slaves]\nedge2 ansible_host=10.77.0.4\nedge3"))
        #expect(LabInventory.adding(slaves, to: "a").hasPrefix("a\n\n[slaves]\nedge2 "))
    }
}
