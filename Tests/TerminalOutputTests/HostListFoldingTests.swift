import Testing

@testable import TerminalOutput

@Suite("Folded host lists")
struct HostListFoldingTests {
    @Test(
        "Names that differ in a number fold into one word",
        arguments: [
            (["edge1", "edge2", "edge3", "edge7"], "edge[1-3,7]"),
            (["edge7", "edge3", "edge2", "edge1"], "edge[1-3,7]"),
            (["edge1"], "edge1"),
            ([], ""),
            (["hub"], "hub"),
            (["hub", "edge1", "spare", "edge2"], "hub,edge[1-2],spare"),
            (["edge1", "edge1"], "edge1"),
            (["9", "10", "11"], "[9-11]"),
            (["web1.example.org", "web2.example.org", "db1.example.org"], "web[1-2].example.org,db1.example.org"),
            (["192.0.2.9", "192.0.2.10"], "192.0.2.[9-10]"),
            (["kůň1", "kůň2"], "kůň[1-2]"),
        ] as [([String], String)]
    )
    func oneNumber(names: [String], list: String) {
        #expect(folded(names) == list)
    }

    @Test(
        "Leading zeros are kept, and never made up",
        arguments: [
            (["node01", "node02", "node10"], "node[01-02,10]"),
            ((1...10).map { $0 < 10 ? "node0\($0)" : "node10" }, "node[01-10]"),
            ((8...11).map { "node\($0)" }, "node[8-11]"),
            (["node098", "node099", "node100"], "node[098-100]"),
            (["node9", "node010"], "node[9,010]"),
            (["node09", "node9"], "node[9,09]"),
            (["node99", "node0100"], "node[99,0100]"),
            (["node00", "node01"], "node[00-01]"),
            (["n99999999999999999999", "n99999999999999999998"], "n99999999999999999999,n99999999999999999998"),
        ] as [([String], String)]
    )
    func padding(names: [String], list: String) {
        #expect(folded(names) == list)
    }

    @Test(
        "Several numbers fold one after the other, as far as the list stays true",
        arguments: [
            (["r1n1", "r1n2", "r2n1", "r2n2"], "r[1-2]n[1-2]"),
            (["r1n1", "r1n2", "r2n1"], "r1n[1-2],r2n1"),
            (["r1n1", "r2n1", "r3n1"], "r[1-3]n1"),
            (["r1n2", "r2n2", "r2n1", "r1n1"], "r[1-2]n[1-2]"),
            (["a1", "a1b2", "a1b3", "a2"], "a[1-2],a1b[2-3]"),
        ] as [([String], String)]
    )
    func manyNumbers(names: [String], list: String) {
        #expect(folded(names) == list)
    }

    @Test("A thousand names are one word")
    func many() {
        #expect(folded((1...1000).map { "edge\($0)" }) == "edge[1-1000]")
    }
}
