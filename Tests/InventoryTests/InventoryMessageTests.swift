import Foundation
import INIFile
import Inventory
import Testing

@Suite("Messages of the inventory")
struct InventoryMessageTests {
    @Test("Every message reads as recorded", arguments: try MessageCase.all())
    func messages(recorded: MessageCase) {
        #expect(recorded.actualMessages == recorded.messages)
    }

    @Test("Every kind of fault has a recorded message")
    func everyKind() throws {
        let codes = try MessageCase.all().flatMap { $0.errors.map(\.code) }
        for code in InventoryError.Code.allCases { #expect(codes.contains(code), "\(code)") }
    }

    @Test("The file of messages has the layout that recording gives it")
    func layout() throws {
        let text = try String(contentsOf: MessageCase.file, encoding: .utf8)
        let head = text.prefix(upTo: text.range(of: "==== ")?.lowerBound ?? text.endIndex)
        let cases = try MessageCase.all().map { recorded in
            "==== \(recorded.title)\n\(recorded.inventory)\n\(recorded.separator)\n\(recorded.actualMessages)\n"
        }
        let actual = head + cases.joined(separator: "\n")
        if ProcessInfo.processInfo.environment["LOCKSTEP_RECORD"] != nil {
            try actual.write(to: MessageCase.file, atomically: true, encoding: .utf8)
        }
        #expect(text == actual)
    }
}

/// An inventory and what is said about it.
struct MessageCase: Sendable, CustomTestStringConvertible {
    /// What it shows.
    var title: String
    /// The inventory's text.
    var inventory: String
    /// The line between inventory and messages; it may hold a pattern for `--limit`.
    var separator: String
    /// What should be said.
    var messages: String

    var testDescription: String { title }

    static let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/messages.txt")

    /// The cases of the file.
    static func all() throws -> [MessageCase] {
        let text = try String(contentsOf: file, encoding: .utf8)
        return try ("\n" + text).components(separatedBy: "\n==== ").dropFirst().map { block in
            let lines = block.components(separatedBy: "\n")
            let divider = try #require(lines.firstIndex { $0.hasPrefix("----") })
            return MessageCase(
                title: lines[0],
                inventory: lines[1..<divider].joined(separator: "\n"),
                separator: lines[divider],
                messages: lines[(divider + 1)...].joined(separator: "\n").trimmingCharacters(in: .newlines)
            )
        }
    }

    /// All that is wrong with the inventory.
    var errors: [InventoryError] {
        do throws(InventoryErrors) {
            _ = try fleet()
            return []
        } catch {
            return error.errors
        }
    }

    /// What is said.
    var actualMessages: String {
        do throws(InventoryErrors) {
            let fleet = try fleet()
            let warnings = fleet.warnings.map { "warning: " + $0.rendered }
            return warnings.joined(separator: "\n") + limitMessage(fleet)
        } catch {
            return error.rendered
        }
    }

    private func fleet() throws(InventoryErrors) -> Fleet {
        let text = inventory.replacingOccurrences(of: "\\0", with: "\0")
        return try Fleet(Inventory(parsing: text, file: "fleet.ini"), localUser: Fleet.LocalUser(name: "me"))
    }

    private func limitMessage(_ fleet: Fleet) -> String {
        guard let range = separator.range(of: "--limit ") else { return "" }
        do throws(HostPatternError) {
            let limited = try fleet.limited(to: HostPattern(parsing: String(separator[range.upperBound...])))
            return "slaves: " + limited.slaves.map(\.name).joined(separator: " ")
        } catch {
            return error.description + (error.hint.map { "\n  hint: \($0)" } ?? "")
        }
    }
}
