import Foundation
import Provisioning
import RecordedAnswers
import Testing

@Suite("Answers of booted hosts, as they were recorded")
struct RecordedAnswersTests {
    @Test("What each system answers is read for what it is", arguments: RecordedHost.System.allCases)
    func values(system: RecordedHost.System) throws {
        for kind in RecordedQuestion.kinds {
            let recording = try #require(try recording(of: kind, system), "\(kind) is not recorded; \(Self.advice)")
            for state in system.states {
                let part = try #require(recording.parts[state], "\(kind) is not recorded of a \(state); \(Self.advice)")
                let facts = RecordedHost(system, state).facts.limited(to: [kind])
                #expect(
                    part.answers.count == facts.snippets.count,
                    "\(kind) is asked in another way than when it was recorded; \(Self.advice)"
                )
                let read = Recording.value(of: facts, in: part.answers)
                #expect(read == part.value, "\(kind) of a \(state)")
            }
        }
    }

    @Test("Each kind of fact that there is in the sources is recorded")
    func kinds() throws {
        var kinds: Set<String> = []
        let files = FileManager.default.enumerator(atPath: Self.repository.appending(path: "Sources").path())
        for case let file as String in try #require(files) where file.hasSuffix(".swift") {
            let url = Self.repository.appending(path: "Sources").appending(path: file)
            let text = try String(contentsOf: url, encoding: .utf8)
            for match in text.matches(of: /static let kind = "([a-z-]+)"/) { kinds.insert(String(match.output.1)) }
        }
        #expect(kinds.count > 20)
        #expect(kinds.sorted() == RecordedQuestion.kinds, "the kinds of RecordedQuestion are not those in the sources")
    }

    private static let advice = "'make record-facts' asks the hosts anew"
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

    private func recording(of kind: String, _ system: RecordedHost.System) throws -> Recording? {
        let folder = Bundle.module.resourceURL?.appending(path: "Fixtures").appending(path: system.rawValue)
        guard let file = folder?.appending(path: "\(kind).txt"), FileManager.default.fileExists(atPath: file.path())
        else { return nil }
        return try Recording(parsing: String(contentsOf: file, encoding: .utf8))
    }
}
