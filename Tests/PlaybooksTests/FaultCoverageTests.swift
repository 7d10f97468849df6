import Foundation
import LockstepTestSupport
import Testing

@Suite("Messages of playbooks, one by one")
struct FaultCoverageTests {
    @Test("Every message in the sources is in one of the two files of faults", arguments: try Self.sources())
    func covered(source: URL) throws {
        let recorded = try ["faults", "fleet-faults"].map { name in
            let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name).txt")
            return try String(contentsOf: file, encoding: .utf8)
        }.joined()
        // Of a module's sentences, those on arguments are known before a host is reached.
        let isModule = source.path.contains("/Provisioning/")
        let literals = MessageLiterals(in: try String(contentsOf: source, encoding: .utf8)) { line in
            !isModule || line.contains("ArgumentError(")
        }
        for literal in literals.messages {
            let missing = literal.filter { !recorded.contains($0) && !Self.unreachable.contains($0) }
            #expect(
                missing.isEmpty,
                "add a case to faults.txt or fleet-faults.txt for '\(literal.joined(separator: "…"))'"
            )
        }
    }

    /// Sentences that no playbook brings about.
    private static let unreachable: Set<String> = [
        // Said during a run, of a task that has been checked before it.
        " }} means no host of this run", " }} is not defined",
        // What Lockstep's own reading lets through, Mustache reads.
        "Mustache cannot read it: ",
        // An INI text has no NUL.
        "it holds a NUL", "' holds a NUL byte",
    ]

    private static func sources() throws -> [URL] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources")
        return try ["Playbooks", "Playbooks/Templates", "Provisioning", "Provisioning/Modules"].flatMap { folder in
            let folder = root.appending(path: folder)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            return names.filter { $0.hasSuffix(".swift") }.map { folder.appending(path: $0) }
        }
    }
}
