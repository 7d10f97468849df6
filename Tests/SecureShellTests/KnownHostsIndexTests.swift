import Testing

@testable import SecureShell

@Suite("known_hosts")
struct KnownHostsIndexTests {
    /// Two keys that differ, of the right form.
    private static let key = "AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    private static let otherKey = "AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"

    private func verdict(
        _ text: String,
        address: String = "web1.example",
        port: Int = 22,
        alias: String? = nil,
        key: String = key
    ) throws -> HostKnowledge.Verdict {
        var index = KnownHostsIndex()
        index.add(text: text, file: "F")
        let names = HostNames(address: address, port: port, alias: alias ?? address)
        let key = try #require(HostKey(base64: key))
        return index.knowledge(of: names, showing: key).verdict(on: key)
    }

    @Test(
        "A line speaks of the hosts that its first field names",
        arguments: [
            ("web1.example", true),
            ("WEB1.Example", true),
            ("web2.example,web1.example", true),
            ("*.example", true),
            ("web?.example", true),
            ("w*1.ex*e", true),
            ("*", true),
            ("*.example,!web1.*", false),
            ("!web1.example", false),
            ("web1", false),
            ("*.example.org", false),
            ("[web1.example]:2222", false),
            ("web1.example.org", false),
        ]
    )
    func names(field: String, isMatch: Bool) throws {
        let verdict = try verdict("\(field) ssh-ed25519 \(Self.key) a comment\n")
        #expect(verdict == (isMatch ? .match : .unknown(authority: nil)))
    }

    @Test("A hashed name is found by its salt, and no other name is")
    func hashed() throws {
        // HMAC-SHA1 of "web1.example" with the bytes 1 to 20 as salt, computed elsewhere.
        let line = "|1|AQIDBAUGBwgJCgsMDQ4PEBESExQ=|gMi3MtJ5vOaQfd/ZbIRoJ8PALaw= ssh-ed25519 \(Self.key)\n"
        #expect(try verdict(line) == .match)
        #expect(try verdict(line, address: "web2.example") == .unknown(authority: nil))
        guard case .changed = try verdict(line, key: Self.otherKey) else {
            Issue.record("the hashed name was not looked at")
            return
        }
    }

    @Test("A hashed name is not tried for each host, unless the host's key is on none of its lines")
    func hashedNamesAreTriedLast() throws {
        var index = KnownHostsIndex()
        let names = (0..<50).map { "host\($0).example" }
        let lines = names.map { "\(HashedName(hashing: $0).field) ssh-ed25519 \(Self.key)" }
        index.add(text: lines.joined(separator: "\n"), file: "F")
        let host = HostNames(address: "host7.example", port: 22, alias: "host7")
        #expect(index.knowledge(of: host, hashed: .none).keys == [])
        let other = try #require(HostKey(base64: Self.otherKey))
        #expect(index.knowledge(of: host, hashed: .with(other)).keys == [])
        #expect(index.knowledge(of: host, showing: other).keys.map(\.location.line) == [8])
        let key = try #require(HostKey(base64: Self.key))
        #expect(index.knowledge(of: host, hashed: .with(key)).keys.map(\.location.line) == [8])
        // Nor is one tried again that was tried before.
        #expect(index.knowledge(of: host, showing: other).hashedTried == 50)
        #expect(index.knowledge(of: host, hashed: .after(7)).keys.map(\.location.line) == [8])
        #expect(index.knowledge(of: host, hashed: .after(8)).keys == [])
    }

    @Test("An alias does not stand in for an address that is known by a hashed name and another key")
    func aliasBesideHashedAddress() throws {
        let text = """
            \(HashedName(hashing: "10.0.0.7").field) ssh-ed25519 \(Self.otherKey)
            web1 ssh-ed25519 \(Self.key)
            """
        guard case .changed = try verdict(text, address: "10.0.0.7", alias: "web1") else {
            Issue.record("the alias won over the address")
            return
        }
    }

    @Test(
        "Blank lines, comments and lines that are no entries are passed over",
        arguments: [
            "", "   ", "# web1.example ssh-ed25519 KEY", "web1.example", "web1.example ssh-ed25519",
            "web1.example 1024 35 123456", "@unknown web1.example ssh-ed25519 KEY", "|2|abc|def ssh-ed25519 KEY",
            "|1|abc ssh-ed25519 KEY",
        ]
    )
    func noEntries(line: String) throws {
        let text = line.replacing("KEY", with: Self.otherKey) + "\nweb1.example\tssh-ed25519\t\(Self.key)\r\n"
        #expect(try verdict(text) == .match)
    }

    @Test("A host on another port is known by the address in brackets")
    func ports() throws {
        #expect(try verdict("[web1.example]:2222 ssh-ed25519 \(Self.key)", port: 2222) == .match)
        #expect(try verdict("[2001:db8::1]:2222 ssh-ed25519 \(Self.key)", address: "2001:db8::1", port: 2222) == .match)
        #expect(try verdict("2001:db8::1 ssh-ed25519 \(Self.key)", address: "2001:db8::1") == .match)
    }

    @Test("A key of the usual port does for another port, and is no mismatch there")
    func portless() throws {
        #expect(try verdict("web1.example ssh-ed25519 \(Self.key)", port: 2222) == .match)
        #expect(
            try verdict("web1.example ssh-ed25519 \(Self.otherKey)", port: 2222) == .unknown(authority: nil)
        )
    }

    @Test("One of several keys is enough; none of them is a change that names all")
    func severalKeys() throws {
        let text = "web1.example ssh-ed25519 \(Self.otherKey)\nweb1.example ssh-ed25519 \(Self.key)\n"
        #expect(try verdict(text) == .match)
        guard case .changed(let expected) = try verdict("# first\nweb1.example ssh-ed25519 \(Self.otherKey)\n") else {
            Issue.record("not told as changed")
            return
        }
        #expect(expected.map(\.location.description) == ["F:2"])
        #expect(expected.map(\.fingerprint) == ["SHA256:RXm/ruZ0eTzRXKwi1AQEDynB0VgHQ2ac9KPSFdf/YnA"])
    }

    @Test("A revoked key is refused whatever else is said of it")
    func revoked() throws {
        let line = "web1.example ssh-ed25519 \(Self.key)\n"
        let location = KnownHostsLocation(file: "F", line: 2)
        #expect(try verdict(line + "@revoked * ssh-ed25519 \(Self.key)") == .revoked(location))
        #expect(try verdict(line + "@revoked web1.example ssh-ed25519 \(Self.key)") == .revoked(location))
        #expect(try verdict(line + "@revoked * ssh-ed25519 \(Self.otherKey)") == .match)
        #expect(try verdict(line + "@revoked web2.example ssh-ed25519 \(Self.key)") == .match)
    }

    @Test("A certificate authority is named, and is no mismatch")
    func authority() throws {
        let line = "@cert-authority *.example ssh-ed25519 \(Self.otherKey)\n"
        #expect(try verdict(line) == .unknown(authority: KnownHostsLocation(file: "F", line: 1)))
        #expect(try verdict(line + "web1.example ssh-ed25519 \(Self.key)") == .match)
        // The authority's own key is not the host's.
        #expect(try verdict(line, key: Self.otherKey) == .unknown(authority: KnownHostsLocation(file: "F", line: 1)))
    }

    @Test("The inventory's name counts where the address is not known")
    func alias() throws {
        let named = "web1 ssh-ed25519 \(Self.key)\n"
        #expect(try verdict(named, address: "10.0.0.7", alias: "web1") == .match)
        #expect(try verdict(named, address: "10.0.0.7", port: 2222, alias: "web1") == .match)
        guard
            case .changed = try verdict(
                named + "10.0.0.7 ssh-ed25519 \(Self.otherKey)",
                address: "10.0.0.7",
                alias: "web1"
            )
        else {
            Issue.record("the alias won over the address")
            return
        }
    }

    @Test("Known types are asked for first, and all others after them")
    func preferredTypes() {
        let supported = [
            "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256-cert-v01@openssh.com", "ssh-ed25519", "rsa-sha2-256", "ssh-rsa",
            "ssh-dss", "ssh-new",
        ]
        let prefer = { (types: [String]) in
            var index = KnownHostsIndex()
            index.add(text: types.map { "h \($0) \(Self.key)" }.joined(separator: "\n"), file: "F")
            return index.knowledge(of: HostNames(address: "h", port: 22, alias: "h")).preferredTypes(
                supported: supported
            )
        }
        #expect(prefer([]) == ["ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-256", "ssh-rsa", "ssh-new"])
        #expect(
            prefer(["ecdsa-sha2-nistp256"])
                == ["ecdsa-sha2-nistp256", "ssh-ed25519", "rsa-sha2-256", "ssh-rsa", "ssh-new"]
        )
        #expect(prefer(["ssh-rsa"]) == ["rsa-sha2-256", "ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-new"])
    }

    @Test("Plain names are not among the lines that are tried one by one")
    func manyNames() {
        var index = KnownHostsIndex()
        let lines = (0..<1000).map { "host\($0).example,10.0.\($0 / 250).\($0 % 250) ssh-ed25519 \(Self.key)" }
        index.add(text: lines.joined(separator: "\n") + "\n*.example ssh-ed25519 \(Self.key)\n", file: "F")
        #expect(index.wildcards.map(\.location.line) == [1001])
        #expect(index.entries(for: "host999.example").map(\.location.line) == [1000, 1001])
        #expect(index.entries(for: "10.0.3.249").map(\.location.line) == [1000])
    }
}
