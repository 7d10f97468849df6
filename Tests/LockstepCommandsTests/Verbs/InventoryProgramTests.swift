import LockstepTestSupport
import SystemPackage
import Testing

@Suite("lockstep inventory, as a program")
struct InventoryProgramTests {
    /// Runs the program in a directory of its own that has the files.
    private func run(
        _ arguments: [String],
        files: [String: String],
        environment: [String: String] = [:]
    ) async throws -> LocalProgram.Result {
        try await TemporaryDirectory.with { directory in
            for (name, text) in files { try directory.write(text, to: name) }
            let script = "cd \"$1\" && shift && exec \"$@\""
            let command = ["-c", script, "sh", directory.path.string, LockstepProgram.path.string, "-F", "none"]
            return try await LocalProgram.run("sh", command + ["inventory"] + arguments, environment: environment)
        }
    }

    @Test("It shows an inventory that makes no fleet, and says what is missing for one")
    func noFleet() async throws {
        let result = try await run(
            ["-i", "hosts.ini", "--hosts", "north:!web1"],
            files: ["hosts.ini": "[north]\nweb[1:3]\n"]
        )
        #expect(result.status == 0)
        #expect(result.output == "web2\nweb3\n")
        #expect(result.error.contains("this inventory makes no fleet yet:\n"))
        #expect(result.error.contains("[master]"))
    }

    @Test("Each view is printed, and one at a time")
    func views() async throws {
        let files = ["lockstep.ini": "[north]\nweb1 x=1\n", "names": "web1\n"]
        #expect(try await run(["--graph"], files: files).output.hasPrefix("@all:\n  |--@ungrouped:\n  |--@north:\n"))
        #expect(try await run([], files: files).output.hasPrefix("@all:\n"))
        #expect(try await run(["--host", "web1"], files: files).output == "{\n    \"x\": 1\n}\n")
        #expect(try await run(["--hosts", "@names"], files: files).output == "web1\n")
        #expect(try await run(["--list"], files: files).output.contains("\"hostvars\": {\n            \"web1\""))
        #expect(try await run(["--list", "--graph"], files: files).status == 2)
    }

    @Test("--limit chooses among what is listed, and from a file too")
    func limit() async throws {
        let files = ["lockstep.ini": "[north]\nweb1 x=1\nweb2 x=2\n", "names": "# one of them\nweb2\n"]
        let result = try await run(["--list", "--limit", "@names"], files: files)
        #expect(result.output.contains("web2") && !result.output.contains("web1"))
    }

    @Test("What cannot be read ends with 2: a file, a host, a pattern")
    func refused() async throws {
        let files = ["lockstep.ini": "[north]\nweb1\n"]
        for arguments in [["-i", "none.ini"], ["--host", "web9"], ["--hosts", "wab1"], ["--hosts", "@none"]] {
            let result = try await run(arguments, files: files)
            #expect(result.status == 2 && result.output.isEmpty, "\(arguments): \(result.error)")
        }
        #expect(try await run(["--hosts", "wab1"], files: files).error.contains("did you mean 'web1'?"))
        #expect(try await run(["--hosts", "all"], files: ["lockstep.ini": "[north\n"]).status == 2)
    }

    @Test("Several inventories are one, whether -i or the environment names them")
    func several() async throws {
        let files = ["a.ini": "[north]\nweb1\n", "b.ini": "[north]\nweb2\n"]
        let arguments = ["--hosts", "north"]
        #expect(try await run(arguments + ["-i", "a.ini", "-i", "b.ini"], files: files).output == "web1\nweb2\n")
        let variable = ["LOCKSTEP_INVENTORY": "a.ini,b.ini"]
        #expect(try await run(arguments, files: files, environment: variable).output == "web1\nweb2\n")
        #expect(try await run(arguments + ["-i", "."], files: files).output == "web1\nweb2\n")
    }
}
