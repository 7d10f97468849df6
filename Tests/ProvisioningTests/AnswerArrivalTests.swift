import LockstepTestSupport
import RemoteHost
import Testing

@testable import Provisioning

@Suite("The time that a host takes for facts")
struct AnswerArrivalTests {
    private let begin = ContinuousClock.now
    private let arrival = AnswerArrival(of: LookScript(asking: ["", "", "", ""], nonce: "n0"))

    private func take(_ text: String, after milliseconds: Int) {
        arrival.take(Array(text.utf8), at: begin + .milliseconds(milliseconds))
    }

    private func ended(_ index: Int) -> String { "x\nn0 \(index) 0\n" }

    @Test("Each kind has the time from the end before, and the first from where the script begins its snippets")
    func times() {
        take("Welcome!\n", after: 0)
        take("\nn0 begin\n", after: 400)
        take(String(ended(0).prefix(8)), after: 500)
        take(String(ended(0).dropFirst(8)), after: 525)
        take(ended(1) + ended(2), after: 775)
        take(ended(3), after: 1025)
        #expect(arrival.answers == nil)
        take("\nn0 errors\n\nn0 end\n", after: 9000)
        #expect(arrival.answers == Dictionary(uniqueKeysWithValues: (0..<4).map { ($0, ProbeOutput(text: "x")) }))
        #expect(
            arrival.times(of: ["rights", "file", "service", "file"]) == [
                KindTime("rights", seconds: 0.125), KindTime("file", seconds: 0.5), KindTime("service", seconds: 0),
            ]
        )
    }

    @Test("A real host's slow snippet has its time, and the others have not")
    func realHost() async throws {
        let facts = FactSet(PauseFact(seconds: 0), FileFact("/nowhere"), PauseFact(seconds: 0.5))
        let answers = try await FactQuestion(facts).ask(LocalShellHost(), privilege: .none, deadline: .seconds(20))
        #expect(try answers.value(of: FileFact("/nowhere")) == .absent)
        #expect(answers.times.map(\.kind) == ["pause", "file"])
        #expect(try #require(answers.times.first).seconds >= 0.4)
        #expect(try #require(answers.times.last).seconds < 0.4)
    }

    @Test("A script that does not come to its end is no answer")
    func earlyEnd() async throws {
        let question = FactQuestion(FactSet(PauseFact(seconds: 0, end: "kill -KILL $$"), FileFact("/nowhere")))
        let end = await #expect(throws: FactQuestion.EarlyEnd.self) {
            try await question.ask(LocalShellHost(), privilege: .none, deadline: .seconds(20))
        }
        #expect(end?.result.exit == .status(137))
    }
}

/// A snippet that takes its time.
private struct PauseFact: SingleFact {
    static let kind = "pause"
    typealias Value = Void
    let seconds: Double
    var end = ":"
    var script: String { "sleep \(seconds); \(end)" }
    func value(in output: ProbeOutput) throws(PlanError) {}
}
