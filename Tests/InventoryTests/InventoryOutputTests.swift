import Inventory
import Testing

@Suite("What an inventory prints")
struct InventoryOutputTests {
    private let text = """
        lone
        [web]
        w[1:2] n=1
        [web:vars]
        s = "x\\ny"
        [dc:children]
        web
        none
        [none]
        """

    @Test("The list has the shape of ansible-inventory --list")
    func list() throws {
        #expect(
            try parsed(text).listJSON() == """
                {
                    "_meta": {
                        "hostvars": {
                            "w1": {
                                "n": 1,
                                "s": "x\\ny"
                            },
                            "w2": {
                                "n": 1,
                                "s": "x\\ny"
                            }
                        }
                    },
                    "all": {
                        "children": [
                            "ungrouped",
                            "dc"
                        ]
                    },
                    "dc": {
                        "children": [
                            "web",
                            "none"
                        ]
                    },
                    "ungrouped": {
                        "hosts": [
                            "lone"
                        ]
                    },
                    "web": {
                        "hosts": [
                            "w1",
                            "w2"
                        ]
                    }
                }

                """
        )
    }

    @Test("The graph has the shape of ansible-inventory --graph")
    func graph() throws {
        #expect(
            try parsed(text).graph() == """
                @all:
                  |--@ungrouped:
                  |  |--lone
                  |--@dc:
                  |  |--@web:
                  |  |  |--w1
                  |  |  |--w2
                  |  |--@none:

                """
        )
    }

    @Test("An empty inventory prints as Ansible's does")
    func empty() throws {
        let inventory = try parsed("")
        #expect(inventory.graph() == "@all:\n  |--@ungrouped:\n")
        #expect(inventory.listJSON().contains("\"hostvars\": {}"))
    }
}
