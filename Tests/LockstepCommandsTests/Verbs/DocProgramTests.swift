import Foundation
import LockstepTestSupport
import Provisioning
import Testing

@testable import LockstepCommands

@Suite("lockstep doc", .timeLimit(.minutes(2)))
struct DocProgramTests {
    private static let docs = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs")

    private static func document(_ name: String) throws -> String {
        try String(contentsOf: docs.appending(path: name), encoding: .utf8)
    }

    @Test("A line for each module, which docs/playbooks.md shows")
    func list() async throws {
        try await WrittenFleet.with([:]) { fleet in
            let result = try await fleet.lockstep("doc")
            #expect(result.status == 0)
            let lines = result.output.split(separator: "\n")
            #expect(lines.map { $0.prefix { $0 != " " } } == ModuleRegistry.all.keywords.map { $0[...] })
            #expect(
                try Self.document("playbooks.md").contains("```\n$ lockstep doc\n\(result.output)```\n"),
                "put what 'lockstep doc' prints into docs/playbooks.md"
            )
        }
    }

    @Test("docs/modules.md is what the program prints")
    func page() async throws {
        try await WrittenFleet.with([:]) { fleet in
            let result = try await fleet.lockstep("doc", "--markdown")
            #expect(result.status == 0)
            #expect(try Self.document("modules.md") == result.output, "'make modules' writes docs/modules.md anew")
            let one = try await fleet.lockstep("doc", "--markdown", "sysctl").output
            #expect(one.hasPrefix("## sysctl\n") && result.output.contains(one))
        }
    }

    @Test("One module: its parameters and an example")
    func module() async throws {
        try await WrittenFleet.with([:]) { fleet in
            let result = try await fleet.lockstep("doc", "identity")
            #expect(
                result.output == """
                    identity: A host has an id of its own, which is made once and kept.

                    Required
                      path  absolute path of the file that holds the id

                    Example
                      # Output: the id.
                      [The master has an id of its own]
                      hosts    = master
                      module   = identity
                      path     = /etc/lockstep/id
                      register = lockstep_id

                    """
            )
            #expect(result.error == "")
            #expect(result.status == 0)
        }
    }

    @Test(
        "A module that is not there: 2, and the names that may have been meant",
        arguments: [
            ("sevice", "did you mean 'service'?"), ("keys", "did you mean 'authorized-key', 'host-keys' or 'ssh-key'?"),
            ("copy", "'lockstep doc' lists all modules"),
        ]
    )
    func unknown(name: String, hint: String) async throws {
        try await WrittenFleet.with([:]) { fleet in
            let result = try await fleet.lockstep("doc", name)
            #expect(result.output == "")
            #expect(result.error == "lockstep: there is no module '\(name)'\n  hint: \(hint)\n")
            #expect(result.status == 2)
        }
    }
}
