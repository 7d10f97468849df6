import LockstepTestSupport
import Testing

@testable import LockstepCommands

@Suite("Completing names of the inventory")
struct HostCompletionTests {
    private static let inventory = "[slaves]\nedge[1:2]\n[north]\nnorth1\n"

    @Test(
        "Whatever stands before the last name of a pattern stays",
        arguments: [
            ("ed", ["edge1", "edge2"]), ("slaves:!ed", ["slaves:!edge1", "slaves:!edge2"]),
            ("edge1,&no", ["edge1,&north", "edge1,&north1"]), ("nowhere", []),
        ]
    )
    func patterns(prefix: String, expected: [String]) async throws {
        try await Self.with { file in
            #expect(HostCompletion(["lockstep", "-i", file, "up", "--limit", prefix], prefix).patterns == expected)
        }
    }

    @Test("The inventory is the one that the command line names, however that is written")
    func named() async throws {
        try await Self.with { file in
            for words in [["-i", file], ["-i\(file)"], ["--inventory=\(file)"], ["--inventory", "=", "'\(file)'"]] {
                #expect(HostCompletion(["lockstep"] + words, "n").hosts == ["north1"], "\(words)")
            }
            let environment = ["LOCKSTEP_INVENTORY": file]
            #expect(HostCompletion(["lockstep"], "n", environment: environment).hosts == ["north1"])
        }
    }

    @Test("An inventory that cannot be read has no names, and nothing is said of it")
    func absent() {
        #expect(HostCompletion(["lockstep", "-i", "/nowhere"], "").hosts == [])
        #expect(HostCompletion(["lockstep", "-i"], "").hosts == [])
    }

    private static func with(_ body: (String) throws -> Void) async throws {
        try await TemporaryDirectory.with { directory in
            try directory.write(inventory, to: "fleet.ini")
            try body(directory["fleet.ini"])
        }
    }
}
