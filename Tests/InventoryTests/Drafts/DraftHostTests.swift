import Inventory
import Testing

@Suite("Hosts as people name them")
struct DraftHostTests {
    @Test(
        "A name, an address and a port are told apart",
        arguments: [
            ("edge1", "edge1", nil, nil), ("edge1=192.0.2.11", "edge1", "192.0.2.11", nil),
            ("edge1=192.0.2.11:2222", "edge1", "192.0.2.11", 2222), ("edge1:2222", "edge1", nil, 2222),
            ("edge1:2222=192.0.2.11", "edge1", "192.0.2.11", 2222), ("a=2001:db8::1", "a", "2001:db8::1", nil),
            ("a=[2001:db8::1]", "a", "2001:db8::1", nil), ("a=[2001:db8::1]:22", "a", "2001:db8::1", 22),
            ("a.example.net=a.example.net", "a.example.net", nil, nil),
            ("e[1:9]=e[1:9].example.net", "e[1:9]", "e[1:9].example.net", nil),
        ] as [(String, String, String?, Int?)]
    )
    func parts(text: String, name: String, address: String?, port: Int?) throws {
        let host = try DraftHost(parsing: text)
        #expect(host.name == name)
        #expect(host.address == address)
        #expect(host.port == port)
    }

    @Test(
        "What cannot be told apart is refused",
        arguments: [
            ("", "a host's name was expected"), ("=192.0.2.1", "a host's name was expected"),
            ("edge1=", "an address was expected behind '='"),
            ("a\nb", "a host's name and address hold no control characters"),
            ("edge1:22=192.0.2.1:23", "'edge1' is given two ports"),
            ("edge[1:9", "the bracket has no other half; a range is written [1:9]"),
            ("edge[9:1]", "the range [9:1] ends before it begins"),
            ("edge[1:9]=192.0.2.[1:8]", "'edge[1:9]' stands for 9 hosts, and '192.0.2.[1:8]' for 8 addresses"),
            ("edge[1:9]=192.0.2.1", "'edge[1:9]' stands for 9 hosts, and '192.0.2.1' for one address"),
        ]
    )
    func refused(text: String, message: String) {
        #expect { try DraftHost(parsing: text) } throws: { ($0 as? DraftFault)?.message == message }
    }
}
