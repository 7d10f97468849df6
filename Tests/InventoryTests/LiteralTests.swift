import Inventory
import Testing

@Suite("Values as Ansible types them")
struct LiteralTests {
    @Test(
        "A value is written to JSON as the type that Ansible takes it for",
        arguments: [
            ("1", "1"), ("-5", "-5"), ("+7", "7"), ("- 5", "-5"), ("1_000", "1000"), ("0x1f", "31"), ("0o17", "15"),
            ("0b11", "3"), ("00", "0"), ("007", "\"007\""), ("0644", "\"0644\""), ("1__0", "\"1__0\""),
            ("123456789012345678901234567890", "123456789012345678901234567890"), ("1.5", "1.5"), (".5", "0.5"),
            ("5.", "5.0"), ("1e3", "1000.0"), ("1e", "\"1e\""), ("1.2.3", "\"1.2.3\""), ("--5", "\"--5\""),
            ("True", "true"), ("true", "\"true\""), ("False", "false"), ("None", "null"), ("Nonex", "\"Nonex\""),
            ("yes", "\"yes\""), ("\"1\"", "\"1\""), ("'a' 'b'", "\"ab\""), ("b'x'", "\"x\""), ("set()", "[]"),
            ("()", "[]"),
            ("{}", "{}"), ("(1)", "1"), ("[1, 'a',]", "[1,\"a\"]"), ("1,2", "[1,2]"), ("(1,)", "[1]"),
            ("{1,2,1}", "[1,2]"),
            ("{'b': [True, None], 'a': {1: 2}}", "{\"a\":{\"1\":2},\"b\":[true,null]}"), ("[1", "\"[1\""),
            ("1 + 2", "\"1 + 2\""), ("{'a'}", "[\"a\"]"), ("[,]", "\"[,]\""), ("1 # one", "1"), ("a # b", "\"a # b\""),
            ("\"\\u00e9\\n\"", "\"\\u00e9\\n\""), ("é", "\"\\u00e9\""), ("'\u{1F600}'", "\"\\ud83d\\ude00\""),
        ]
    )
    func json(text: String, json: String) throws {
        let inventory = try parsed("[g]\nh\n[g:vars]\nx = \(text)\n")
        let host = try #require(inventory.host(named: "h"))
        let compact = inventory.hostJSON(host).split(separator: "\n").map { $0.drop { $0 == " " } }.joined()
        #expect(compact == "{\"x\": \(json)}" || compact.filter { $0 != " " } == "{\"x\":\(json)}")
    }

    @Test("A list in a list in a list ends somewhere")
    func deepNesting() throws {
        let text = String(repeating: "[", count: 100_000)
        let inventory = try parsed("[g]\nh\n[g:vars]\nx = \(text)\n")
        let host = try #require(inventory.host(named: "h"))
        #expect(inventory.variables(of: host)["x"]?.value == text)
    }
}
