import LockstepTestSupport
import Propagation
import Provisioning
import RemoteHost
import Testing

@testable import FleetRunner

@Suite("A look at a host", .timeLimit(.minutes(1)))
struct FactsVisitTests {
    private let interruption = Interruption()

    private func report(
        on host: any RemoteHost = LocalShellHost(name: "edge1"),
        _ facts: FactSet,
        error: RemoteHostError? = nil
    ) async -> AdHocReport {
        let visit = FactsVisit(
            facts: ["edge1": facts],
            deadline: .seconds(30),
            connector: FakeConnector(hosts: ["edge1": host], errors: error.map { ["edge1": $0] } ?? [:]),
            interruption: interruption
        )
        return await visit(AdHocHost(name: "edge1", address: "192.0.2.1"))
    }

    @Test("All facts are asked for by one command, and a host that has an answer to each is ok")
    func oneCommand() async {
        let host = CountingHost(LocalShellHost(name: "edge1"))
        let report = await report(on: host, FactSet(FileFact("/nowhere"), RightsFact(), TextFileFact("/nowhere")))
        #expect(host.scripts.count == 1)
        #expect(report.outcome == .ok)
        #expect(report.facts?.map(\.kind) == ["file", "rights", "text-file"])
        #expect(report.facts?.first?.value == .success(.text("absent")))
    }

    @Test("A host that has no answer to a fact has failed, and the other facts are told")
    func noAnswer() async {
        let report = await report(FactSet(FileFact("/nowhere"), BrokenFact()))
        #expect(report.outcome == .failed)
        #expect(report.kind == .task)
        #expect(report.message == "no answer to 1 of 2 facts")
        #expect(report.facts?.map { (try? $0.value.get()) != nil } == [true, false])
    }

    @Test("A host that is not reached, one whose shell ends early and one that is not begun have no facts")
    func noFacts() async {
        let unreachable = await report(FactSet(), error: RemoteHostError(.unreachable, "no route"))
        #expect(unreachable.outcome == .unreachable)
        let early = await report(FactSet(BrokenFact(script: "kill -KILL $$")))
        #expect(early.outcome == .failed)
        #expect(early.message?.contains("during the look at it") == true)
        interruption.request()
        let skipped = await report(FactSet())
        #expect(skipped.outcome == .skipped)
        for report in [unreachable, early, skipped] { #expect(report.facts == nil) }
    }
}

/// A fact to which nobody has an answer.
private struct BrokenFact: SingleFact {
    static let kind = "broken"
    typealias Value = Void
    var script = "exit 1"
    func value(in output: ProbeOutput) throws(PlanError) { throw PlanError("it is broken") }
}
