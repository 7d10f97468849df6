import Inventory
import Testing

@Suite("Host patterns")
struct HostPatternTests {
    private static let text = """
        lone
        [north]
        edge[1:4]
        [south]
        edge[10:12]
        2001:db8::1
        [north:vars]
        x = 1
        [cold:children]
        north
        [cold]
        edge10
        """

    @Test(
        "A pattern chooses these hosts, in order of the inventory",
        arguments: [
            ("all", "lone edge1 edge2 edge3 edge4 edge10 edge11 edge12 2001:db8::1"),
            ("*", "lone edge1 edge2 edge3 edge4 edge10 edge11 edge12 2001:db8::1"), ("edge1", "edge1"),
            ("north", "edge1 edge2 edge3 edge4"), ("ungrouped", "lone"), ("cold", "edge1 edge2 edge3 edge4 edge10"),
            ("edge1:edge3", "edge1 edge3"), ("edge3,edge1", "edge1 edge3"), (" edge3 , edge1 ", "edge1 edge3"),
            ("edge1*", "edge1 edge10 edge11 edge12"), ("edge?", "edge1 edge2 edge3 edge4"), ("edge[13]", "edge1 edge3"),
            ("edge[!13]", "edge2 edge4"), ("nor*", "edge1 edge2 edge3 edge4"), ("cold:!north", "edge10"),
            ("!north:cold", "edge10"), ("cold:&south", "edge10"), ("all:&cold:!edge[1:3]", "edge4 edge10"),
            ("!cold", "lone edge11 edge12 2001:db8::1"), ("edge[1:3]", "edge1 edge2 edge3"),
            ("edge[10:12:2]", "edge10 edge12"),
            ("north[0]", "edge1"), ("north[-1]", "edge4"), ("north[1:2]", "edge2 edge3"), ("north[2:]", "edge3 edge4"),
            ("north[0:99]", "edge1 edge2 edge3 edge4"), ("2001:db8::1", "2001:db8::1"),
            ("edge1,2001:db8::1", "edge1 2001:db8::1"),
            ("~edge1[0-1]$", "edge10 edge11"), ("~edge1", "edge1 edge10 edge11 edge12"), ("north[1:2]:!edge2", "edge3"),
        ]
    )
    func choices(pattern: String, hosts: String) throws {
        let inventory = try parsed(HostPatternTests.text)
        let chosen = try HostPattern(parsing: pattern).hosts(in: inventory)
        #expect(chosen.map(\.name).joined(separator: " ") == hosts)
    }

    @Test(
        "A pattern that means nothing is refused, and says which kind of nothing",
        arguments: [
            ("", HostPatternError.Code.empty), (",:", .empty), ("edge5", .unknownName), ("edge[3:5]", .unknownName),
            ("!edge5", .unknownName), ("all:!nor", .unknownName), ("x*", .unknownName), ("edge[3:1]", .malformed),
            ("north[9]", .noHost), ("north[-9]", .noHost), ("north:&south", .noHost), ("all:!all", .noHost),
            ("~(", .malformed), ("@file", .malformed), ("north:&", .malformed),
        ]
    )
    func nothing(pattern: String, code: HostPatternError.Code) throws {
        let inventory = try parsed(HostPatternTests.text)
        let error = #expect(throws: HostPatternError.self) { try HostPattern(parsing: pattern).hosts(in: inventory) }
        #expect(error?.code == code)
    }
}
