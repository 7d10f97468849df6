import Foundation
import Inventory
import LockstepTestSupport
import Testing

@Suite("Patterns as Ansible reads them")
struct AnsiblePatternTests {
    private static let inventory = """
        lone
        [north]
        web[01:05]
        db-[a:c]
        [south]
        web[04:09].south.example.net
        db-b
        192.0.2.7
        [country:children]
        north
        south
        [empty]
        [web_tier]
        web01
        2001:db8::7
        """

    private static let patterns = [
        "all", "*", "north", "north:south", "north,south", "north:&south", "north:!south", "!north", "&north",
        "!north:&south",
        "country:!web*", "web0?", "web0[!1]", "~web0[1-3]$", "~(web|db).*", "~.*south",
        "north[0]",
        "north[-1]", "north[1:3]", "north[2:]", "north[0:0]", "north[7]", "north[8]", "web*[0]", "lone", "nobody",
        "north:nobody",
        "north,!nobody", "192.0.2.7", "2001:db8::7", "192.0.2.*", "country:&web_tier:!web01", "north , south", "db-?",
        "db-[ab]",
        "ungrouped", "empty", "empty:north", "country:&north:&south", "web01,web01",
        "north:!web01:!web02", "web01:web02",
        "*.example.net", "*south*", "~web04.*:lone", "[nw]*", "web04*:!~.*net",
    ]

    /// Patterns that Lockstep reads otherwise on purpose; docs/inventory.md says why.
    private static let differing = ["web0[1-3]", "web[01:03]", "un*", "al*", ""]

    @Test("A pattern chooses the hosts that Ansible's --limit chooses, or is refused with it")
    func patterns() async throws {
        try await TemporaryDirectory.with { directory in
            try directory.write(Self.inventory, to: "hosts.ini")
            try directory.write("north\n\n  !web01  \n!db-?\n", to: "names")
            let patterns =
                Self.patterns + Self.differing + [
                    "@\(directory["names"])", "south,@\(directory["names"])", "@\(directory["none"])",
                ]
            let questions = patterns.map { Ansible.Question(sources: [directory["hosts.ini"]], hosts: $0) }
            let inventory = try Inventory(reading: [directory["hosts.ini"]])
            for (pattern, answer) in zip(patterns, try await Ansible.answers(to: questions)) {
                let chosen = try? HostPattern(reading: pattern).hosts(in: inventory).map(\.name)
                var expected: [String]?
                if case .text(let text) = answer { expected = text.split(separator: "\n").map(String.init) }
                // Where Ansible chooses nobody it goes on with nobody, and Lockstep says so.
                if expected == [] { expected = nil }
                let isAlike = chosen?.sorted() == expected?.sorted()
                #expect(isAlike != Self.differing.contains(pattern), "'\(pattern)': \(chosen ?? []), \(answer)")
            }
        }
    }

    @Test("In a file of patterns, lines that begin with '#' are comments")
    func comments() async throws {
        try await TemporaryDirectory.with { directory in
            try directory.write("# the first two\nweb01:web02\r\n\n  # and no more\n", to: "names")
            let inventory = try Inventory(parsing: Self.inventory, file: "hosts.ini")
            let hosts = try HostPattern(reading: "@\(directory["names"])").hosts(in: inventory)
            #expect(hosts.map(\.name) == ["web01", "web02"])
        }
    }
}
