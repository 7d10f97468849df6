import Foundation
import LockstepTestSupport
import Testing

@Suite("Messages of the inventory, one by one")
struct MessageCoverageTests {
    @Test("Every message in the sources is in the file of messages", arguments: try Self.sources())
    func covered(source: URL) throws {
        let recorded = try String(contentsOf: MessageCase.file, encoding: .utf8)
        for literal in MessageLiterals(in: try String(contentsOf: source, encoding: .utf8)).messages {
            let missing = literal.filter { !recorded.contains($0) && !Self.unreachable.contains($0) }
            #expect(missing.isEmpty, "add a case to messages.txt for '\(literal.joined(separator: "…"))'")
        }
    }

    /// Messages that no inventory alone can bring about.
    private static let unreachable: Set<String> = [
        // Only an ssh configuration gives a host another name.
        "the ssh configuration (", ") gives ", " the HostName ", ", which is no address",
        // A fleet without errors that is no fleet, and a fault that an INI file of the other dialect has.
        "there is no fleet", "nothing but a comment may follow a section title",
        "a title ends at its first ']'; keys go on lines of their own",
        "'key = value' was expected, not ", "to continue the value above, indent the line",
        "this indented line continues nothing; 'key = value' was expected first", "remove the blanks at its beginning",
    ]

    private static func sources() throws -> [URL] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources")
        let folders = ["INIFile", "Inventory/Model", "Inventory/Parsing", "Inventory/Patterns", "Inventory/Fleet"]
        // The sentences of a setting are shown as hints, some in one message and some in another.
        let tables = ["Setting.swift", "Setting+Copies.swift", "Setting+Sync.swift"]
        return try folders.flatMap { folder in
            let folder = root.appending(path: folder)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            return names.filter { !tables.contains($0) }.map { folder.appending(path: $0) }
        }
    }
}
