import Foundation
import Playbooks
import Testing

/// A faulty playbook and what is said of it: a case of `Fixtures/faults.txt`, where a new one needs no code.
struct FaultCase: CustomTestStringConvertible {
    var testDescription: String
    var playbook: String
    var expected: String

    static func all() throws -> [FaultCase] {
        let file = try #require(
            Bundle.module.url(forResource: "faults", withExtension: "txt", subdirectory: "Fixtures")
        )
        let text = try String(contentsOf: file, encoding: .utf8)
        return text.components(separatedBy: "\n=== ").dropFirst().map { block in
            let halves = block.components(separatedBy: "\n--- says\n")
            let title = halves[0].prefix { $0 != "\n" }
            return FaultCase(
                testDescription: String(title),
                playbook: String(halves[0].dropFirst(title.count + 1)),
                expected: halves.count > 1 ? halves[1].trimmingCharacters(in: .newlines) : ""
            )
        }
    }
}

@Suite("Faulty playbooks")
struct PlaybookFaultTests {
    @Test(
        "A faulty playbook is refused with all that is wrong, where it is, and what to try",
        arguments: try FaultCase.all()
    )
    func message(fault: FaultCase) throws {
        let errors = #expect(throws: PlaybookErrors.self) {
            try Playbook(parsing: fault.playbook, file: "play.ini", modules: testModules)
        }
        #expect(errors?.errors.map(\.description).joined(separator: "\n") == fault.expected)
    }
}
