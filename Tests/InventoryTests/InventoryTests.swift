import INIFile
import Inventory
import Testing

@Suite("Inventory")
struct InventoryTests {
    @Test("Hosts and groups keep the order of the file, and each host is listed once")
    func order() throws {
        let inventory = try parsed("lone\n[b]\nh2\nh1\n[a]\nh1\nh3\n")
        #expect(inventory.hosts.map(\.name) == ["lone", "h2", "h1", "h3"])
        #expect(inventory.groups.map(\.name) == ["all", "ungrouped", "b", "a"])
        #expect(names(inventory, "ungrouped") == ["lone"])
        #expect(names(inventory, "all") == ["lone", "h2", "h1", "h3"])
        #expect(inventory.host(named: "h1")?.position == at(4, 1))
    }

    @Test("A host is ungrouped only while no group lists it")
    func ungrouped() throws {
        let inventory = try parsed("h1\nh2\n[all]\nh3\n[g]\nh1\n[ungrouped:vars]\nx=1\n")
        #expect(names(inventory, "ungrouped") == ["h2", "h3"])
        #expect(inventory.hosts.filter { inventory.variables(of: $0)["x"] != nil }.map(\.name) == ["h2", "h3"])
    }

    @Test("A group holds its children's hosts, also when they are defined later")
    func children() throws {
        let inventory = try parsed("[top:children]\nmid\nleaf\n[mid:children]\nleaf # why\n[leaf]\nh1\n[mid]\nh0\n")
        #expect(names(inventory, "top") == ["h0", "h1"])
        #expect(names(inventory, "leaf") == ["h1"])
        #expect(inventory.group(named: "leaf")?.depth == 3)
    }

    @Test(
        "The nearest definition of a variable wins",
        arguments: [
            ("all < parent", "[all:vars]\nx=1\n[p:vars]\nx=2\n", "2"),
            ("parent < child", "[c:vars]\nx=3\n[p:vars]\nx=2\n", "3"),
            ("child < host", "[c]\nh x=4\n[c:vars]\nx=3\n", "4"),
            ("of two parents the later name", "[p:vars]\nx=2\n[q:children]\nc\n[q:vars]\nx=9\n", "9"),
            ("a repeated host: the later line", "[c]\nh x=4\n[p]\nh x=5\n", "5"),
            ("a repeated variable: the later line", "[c:vars]\nx=3\nx=6\n", "6"),
            ("groups of one depth: the later name", "[d]\nh\n[p:children]\nd\n[d:vars]\nx=8\n[c:vars]\nx=7\n", "8"),
            (
                "groups of one depth: the higher priority",
                "[d]\nh\n[p:children]\nd\n[d:vars]\nx=8\n[c:vars]\nx=7\nansible_group_priority=9\n", "7"
            ),
            ("the port of a host line < a variable beside it", "[c]\nh2:22 x=1\n[c]\nh x=9\n", "9"),
        ]
    )
    func precedence(rule: String, text: String, value: String) throws {
        let inventory = try parsed("[c]\nh\n[p:children]\nc\n" + text)
        let host = try #require(inventory.host(named: "h"))
        #expect(inventory.variables(of: host)["x"]?.value == value, "\(rule)")
    }

    @Test("Every value knows where it comes from, and what it overrode")
    func origins() throws {
        let inventory = try parsed("[g]\nh  a=1 b='x y'\n[g:vars]\na = 0\nc   =  7\n")
        let host = try #require(inventory.host(named: "h"))
        let variables = inventory.variables(of: host)
        #expect(variables["a"]?.origin == at(2, 4))
        #expect(variables["b"]?.origin == at(2, 8))
        #expect(variables["b"]?.valuePosition == at(2, 10))
        #expect(variables["c"]?.origin == at(5, 1))
        #expect(variables["c"]?.valuePosition == at(5, 8))
        let definitions = inventory.definitions(of: "a", for: host)
        #expect(definitions.map(\.where) == ["g", "h"])
        #expect(definitions.map(\.variable.value) == ["0", "1"])
    }

    @Test("A value that is said again at the same place, or in a later file, overrides the one before and names it")
    func repeated() throws {
        let inventory = try Inventory(parsing: [
            InventoryFile(name: "one.ini", bytes: Array("[g]\nh a=1 a=2\nh a=3\n[g:vars]\nb=1\nb=2\n".utf8)),
            InventoryFile(name: "two.ini", bytes: Array("[g]\nh a=4\n[g:vars]\nb=3\n".utf8)),
        ])
        let host = try #require(inventory.host(named: "h"))
        #expect(inventory.definitions(of: "a", for: host).map(\.variable.value) == ["1", "2", "3", "4"])
        let definitions = inventory.definitions(of: "b", for: host)
        #expect(definitions.map(\.variable.value) == ["1", "2", "3"])
        #expect(
            definitions.map(\.variable.origin.fileAndLine) == ["one.ini:5", "one.ini:6", "two.ini:4"]
        )
    }

    @Test("Several files make one inventory, the later file's values winning")
    func severalFiles() throws {
        let inventory = try Inventory(parsing: [
            InventoryFile(name: "one.ini", bytes: Array("[g]\nh x=1\n".utf8)),
            InventoryFile(name: "two.ini", bytes: Array("[g]\nh x=2\n[k]\nj\n".utf8)),
        ])
        let host = try #require(inventory.host(named: "h"))
        #expect(inventory.hosts.map(\.name) == ["h", "j"])
        #expect(inventory.variables(of: host)["x"]?.origin.file == "two.ini")
        #expect(
            inventory.diagnostic(at: SourcePosition(file: "two.ini", line: 2, column: 1), "x").sourceLine == "h x=2"
        )
    }

    @Test(
        "Twenty thousand hosts and a chain of five thousand groups are read in no noticeable time",
        .timeLimit(.minutes(1))
    )
    func size() throws {
        var text = "[master]\nhub source=/srv/a\n[slaves]\n"
        for number in 0..<5000 { text += "edge\(number)-[1:2] target=/srv/b n=\(number)\n" }
        text += "[slaves:children]\ng0\n"
        for number in 0..<5000 {
            text += "[g\(number)]\nnode\(number)-[1:2] target=/srv/b\n[g\(number):children]\ng\(number + 1)\n"
        }
        text += "[g5000]\n"
        let inventory = try parsed(text)
        #expect(inventory.hosts.count == 20_001)
        #expect(inventory.group(named: "g5000")?.depth == 5002)
    }
}

/// Parses a text as the file `test.ini`.
func parsed(_ text: String) throws(InventoryErrors) -> Inventory { try Inventory(parsing: text, file: "test.ini") }

/// A place in `test.ini`.
func at(_ line: Int, _ column: Int) -> SourcePosition { SourcePosition(file: "test.ini", line: line, column: column) }

/// The names of a group's hosts, those of the groups below it included.
func names(_ inventory: Inventory, _ group: String) -> [String] {
    inventory.group(named: group).map { inventory.hosts(in: $0).map(\.name) } ?? []
}
