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

    /// What stands for a byte, «FF», or for a text many times over, «ab*9».
    private var shorthands: [(written: String, bytes: [UInt8])] {
        inventory.components(separatedBy: "«").dropFirst().compactMap { piece in
            guard let end = piece.range(of: "»") else { return nil }
            let inside = String(piece[..<end.lowerBound])
            let parts = inside.components(separatedBy: "*")
            if parts.count == 2, let count = Int(parts[1]) {
                return ("«\(inside)»", Array(String(repeating: parts[0], count: count).utf8))
            }
            return UInt8(inside, radix: 16).map { ("«\(inside)»", [$0]) }
        }
    }

    /// The inventory as the program gets it.
    private var bytes: [UInt8] {
        var bytes = Array(inventory.replacingOccurrences(of: "\\0", with: "\0").utf8)
        for (written, meant) in shorthands {
            guard let range = bytes.firstRange(of: Array(written.utf8)) else { continue }
            bytes.replaceSubrange(range, with: meant)
        }
        return bytes
    }

    /// A message in which long texts stand as they do in the inventory.
    private func shortened(_ text: String) -> String {
        shorthands.filter { $0.bytes.count > 1 }.reduce(text) { text, shorthand in
            text.replacingOccurrences(of: String(decoding: shorthand.bytes, as: UTF8.self), with: shorthand.written)
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
            return shortened(withoutFolder(warnings.joined(separator: "\n")) + limitMessage(fleet))
        } catch {
            return shortened(withoutFolder(error.rendered))
        }
    }

    private func fleet() throws(InventoryErrors) -> Fleet {
        let user = Fleet.LocalUser(name: "me")
        if inventory.hasPrefix("#### ") { return try Fleet(directory(), localUser: user) }
        return try Fleet(Inventory(parsing: bytes, file: "fleet.ini"), localUser: user)
    }

    /// Where the files of an inventory of several are written: other tests read the same cases at the same time.
    private let folder = FileManager.default.temporaryDirectory.appending(
        path: "lockstep-messages-\(UUID().uuidString)"
    )

    private func withoutFolder(_ text: String) -> String { text.replacing(folder.path + "/", with: "") }

    /// Reads the inventory from a directory with a file for each line `#### NAME`, as `-i` would.
    private func directory() throws(InventoryErrors) -> Inventory {
        defer { try? FileManager.default.removeItem(at: folder) }
        for block in ("\n" + inventory).components(separatedBy: "\n#### ").dropFirst() {
            let lines = block.components(separatedBy: "\n")
            let file = folder.appending(path: lines[0])
            try? FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            let text = lines.dropFirst().map { $0 + "\n" }.joined()
            let isScript = text.hasPrefix("#!")
            _ = FileManager.default.createFile(
                atPath: file.path,
                contents: Data(text.utf8),
                attributes: isScript ? [.posixPermissions: 0o755] : nil
            )
        }
        return try Inventory(reading: [folder.path])
    }

    private func limitMessage(_ fleet: Fleet) -> String {
        guard let range = separator.range(of: "--limit ") else { return "" }
        do throws(HostPatternError) {
            let limited = try fleet.limited(to: HostPattern(reading: String(separator[range.upperBound...])))
            return "slaves: " + limited.slaves.map(\.name).joined(separator: " ")
        } catch {
            return error.description + (error.hint.map { "\n  hint: \($0)" } ?? "")
        }
    }
}
