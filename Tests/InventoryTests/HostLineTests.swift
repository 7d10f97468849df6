import INIFile
import Inventory
import Testing

@Suite("Host lines")
struct HostLineTests {
    @Test(
        "A value beside a host is quoted as in a shell, and a '#' outside of quotes ends the line",
        arguments: [
            ("x=plain", "plain"), ("x='a b'", "a b"), ("x=\"a b\"", "a b"), ("x=a\\ b", "a b"), ("x=a'b'\"c\"", "abc"),
            ("x='a\"b'", "a\"b"), ("x=\"a'b\"", "a'b"), ("x=\"a\\\"b\"", "a\"b"), ("x=\"a\\nb\"", "a\\nb"),
            ("x=\"a\\\\b\"", "a\\b"), ("x='a\\b'", "a\\b"), ("x=a#b", "a"), ("x='a#b'", "a#b"), ("x=a # b=c", "a"),
            ("x=", ""), ("x=''", ""), ("x=a=b", "a=b"), ("'x=a b'", "a b"), ("x=a;b", "a;b"), ("\tx=é", "é"),
            ("x=1 x=2", "2"), ("x='\"q\"'", "q"), ("x=$(reboot)", "$(reboot)"), ("x='a'\u{301}", "a\u{301}"),
        ]
    )
    func inlineValues(words: String, value: String) throws {
        #expect(try self.value("[g]\nh \(words)\n") == value)
    }

    @Test(
        "A value in a vars section is all of the line, unless it is a quoted text as in Python",
        arguments: [
            ("plain", "plain"), ("a b", "a b"), ("/srv/x # kept", "/srv/x # kept"), ("; kept", "; kept"),
            ("\"a b\"", "a b"), ("'a' # gone", "a"), ("'a' 'b'", "ab"), ("\"a\\tb\"", "a\tb"), ("\"a\\qb\"", "a\\qb"),
            ("r'\\d'", "\\d"), ("'''a'''", "a"), ("'open", "'open"), ("\"a\"b", "\"a\"b"), ("", ""), ("22 # ssh", "22"),
            ("0022", "0022"), ("yes", "yes"), ("True", "True"), ("it's", "it's"), ("'\\x41\\u00e9\\101'", "AéA"),
        ]
    )
    func groupValues(text: String, value: String) throws {
        #expect(try self.value("[g]\nh\n[g:vars]\nx = \(text)\n") == value)
    }

    @Test(
        "A host word stands for these hosts at this port",
        arguments: [
            ("web1", ["web1"], nil), ("web1:22", ["web1"], "22"), ("[::1]:22", ["::1"], "22"),
            ("2001:db8::5", ["2001:db8::5"], nil),
            ("::1", ["::1"], nil), ("10.0.0.1:2222", ["10.0.0.1"], "2222"),
            ("web[1:3]", ["web1", "web2", "web3"], nil),
            ("web[08:10]", ["web08", "web09", "web10"], nil), ("[a:c].x:7", ["a.x", "b.x", "c.x"], "7"),
            ("n[0:10:5]", ["n0", "n5", "n10"], nil), ("n[a:e:2]", ["na", "nc", "ne"], nil),
            ("n[:2]", ["n0", "n1", "n2"], nil),
            ("n[y:B]", ["ny", "nz", "nA", "nB"], nil),
            ("r[1:2]-[a:b].x", ["r1-a.x", "r1-b.x", "r2-a.x", "r2-b.x"], nil), ("n[7:7]", ["n7"], nil),
            ("[2001:db8::[1:2]]:22", ["2001:db8::1", "2001:db8::2"], "22"), ("\"we b\"", ["we b"], nil),
            ("we_:22", ["we_:22"], nil), ("fe80::1%eth0", ["fe80::1%eth0"], nil),
        ] as [(String, [String], String?)]
    )
    func hostWords(word: String, hosts: [String], port: String?) throws {
        let inventory = try parsed("[g]\n\(word) x=1\n")
        #expect(inventory.hosts.map(\.name) == hosts)
        for host in inventory.hosts { #expect(inventory.variables(of: host)["ansible_port"]?.value == port) }
    }

    @Test("Only the first mention of a host gives its port, and a variable beside it is stronger")
    func ports() throws {
        let inventory = try parsed("[g]\na:22\na:23\nb:22 ansible_port=24\n")
        #expect(inventory.hosts.map { inventory.variables(of: $0)["ansible_port"]?.value } == ["22", "24"])
        #expect(inventory.warnings.map(\.position) == [at(3, 1)])
    }

    private func value(_ text: String) throws -> String? {
        let inventory = try parsed(text)
        return inventory.hosts.first.flatMap { inventory.variables(of: $0)["x"]?.value }
    }
}
