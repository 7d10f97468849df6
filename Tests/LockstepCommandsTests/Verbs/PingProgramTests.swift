import LockstepTestSupport
import Testing

@Suite("lockstep ping", .timeLimit(.minutes(2)))
struct PingProgramTests {
    @Test("Each host's steps stand in a row, and who is out of reach below; no command is run")
    func table() async throws {
        try await AdHocFleet.with(slaves: 2) { fleet in
            try fleet.unplug("edge2")
            let result = try await fleet.lockstep("ping")
            let lines = result.output.split(separator: "\n")
            #expect(lines.first?.split(separator: " ").prefix(3) == ["host", "address", "look-up"])
            #expect(lines.dropFirst().first?.hasPrefix("hub    127.0.0.1  ") == true)
            #expect(lines.dropFirst(2).first?.hasPrefix("edge1  127.0.0.2  ") == true)
            #expect(lines.dropFirst(3).first?.hasPrefix("== edge2: unreachable: connection refused") == true)
            #expect(lines.last?.hasPrefix("3 hosts: 2 ok, 1 unreachable, in ") == true)
            #expect(result.status == 5)
            #expect(!fleet.server.log.contains("Starting session"))
        }
    }

    @Test("As JSON, each step has its time, and together they are no more than the whole")
    func json() async throws {
        try await AdHocFleet.with(slaves: 1) { fleet in
            let result = try await fleet.lockstep("ping", "--json", "--limit", "edge1")
            let answer = try #require(try result.events.first { $0["event"] as? String == "answered" })
            let steps = ["connect", "handshake", "authentication"].compactMap { answer["\($0)_seconds"] as? Double }
            let seconds = try #require(answer["seconds"] as? Double)
            #expect(steps.count == 3)
            #expect(steps.allSatisfy { $0 > 0 })
            #expect(steps.reduce(0, +) <= seconds)
            #expect(answer["address"] as? String == "127.0.0.2")
        }
    }

    @Test("A host whose key is not known is refused, and the exit code says so")
    func hostKey() async throws {
        try await AdHocFleet.with(slaves: 1) { fleet in
            try fleet.server.directory.write("", to: "known_hosts")
            let result = try await fleet.lockstep("ping")
            #expect(result.output.hasPrefix("== "))
            #expect(result.output.contains(": host key: "))
            #expect(result.status == 8)
        }
    }
}
