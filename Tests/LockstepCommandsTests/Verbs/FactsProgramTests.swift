import LockstepTestSupport
import Testing

@Suite("lockstep facts", .timeLimit(.minutes(2)))
struct FactsProgramTests {
    @Test("Each host's answers stand below its name, and below all who was not reached")
    func answers() async throws {
        try await AdHocFleet.with(slaves: 2) { fleet in
            try fleet.unplug("edge2")
            let result = try await fleet.lockstep("facts", "all")
            let lines = result.output.split(separator: "\n")
            #expect(lines.first?.hasPrefix("== hub") == true)
            #expect(lines.contains { $0.hasPrefix("rights: user ") })
            #expect(lines.contains { $0.hasPrefix("file /srv/data: ") })
            #expect(lines.contains { $0.hasPrefix("service lockstep-lsyncd@edge1.service: ") })
            #expect(lines.count { $0.hasPrefix("== ") } == 3)
            #expect(lines.contains { $0.hasPrefix("== edge2: unreachable: connection refused") })
            #expect(lines.last?.hasPrefix("3 hosts: ") == true)
        }
    }

    @Test("Kinds narrow what is asked; as JSON each fact of each host is a line")
    func json() async throws {
        try await AdHocFleet.with(slaves: 1) { fleet in
            let result = try await fleet.lockstep("facts", "--json", "edge1", "rights", "file")
            let facts = try result.events.filter { $0["event"] as? String == "fact" }
            #expect(Set(facts.compactMap { $0["kind"] as? String }) == ["rights", "file"])
            #expect(facts.allSatisfy { $0["host"] as? String == "edge1" })
            #expect(facts.allSatisfy { ($0["value"] == nil) != ($0["error"] == nil) })
            let rights = try #require(facts.first { $0["kind"] as? String == "rights" })
            let value = try #require(rights["value"] as? [String: Any])
            #expect(value["user"] as? String == fleet.server.user)
            #expect(rights["fact"] as? String == "")
            #expect(try result.events.last?["exit_code"] as? Int == 0)
            #expect(result.status == 0)
        }
    }

    @Test("A kind that there is not, a pattern that means nobody and --limit are errors before anything is asked")
    func wrong() async throws {
        try await AdHocFleet.with(slaves: 1) { fleet in
            let kind = try await fleet.lockstep("facts", "all", "rights", "fiel")
            #expect(
                kind.error.hasPrefix("lockstep: there are no facts of a kind 'fiel'\n  hint: did you mean 'file'? ")
            )
            #expect(kind.error.contains("the kinds are "))
            #expect(kind.error.contains("rights"))
            let host = try await fleet.lockstep("facts", "edgy1")
            #expect(host.error.hasPrefix("lockstep: the pattern: "))
            let limit = try await fleet.lockstep("facts", "all", "--limit", "hub")
            #expect(limit.error == "lockstep: --limit has no meaning here: the pattern chooses the hosts\n")
            for result in [kind, host, limit] {
                #expect(result.status == 2)
                #expect(result.output == "")
            }
            #expect(!fleet.server.log.contains("Accepted publickey"))
        }
    }

    @Test("Where the shell is none, the host has failed and is told of")
    func noShell() async throws {
        try await AdHocFleet.with(slaves: 1, doingOnly: "/bin/false") { fleet in
            let result = try await fleet.lockstep("facts", "edge1")
            #expect(result.output.hasPrefix("== edge1: failed: "))
            #expect(result.status == 4)
        }
    }
}
