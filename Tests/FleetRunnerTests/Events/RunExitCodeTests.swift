import Testing

@testable import FleetRunner

@Suite("Exit codes")
struct RunExitCodeTests {
    @Test(
        "The gravest failure of a run decides its code",
        arguments: [
            ([], 0),
            ([.unreachable], 5),
            ([.unreachable, .proof], 6),
            ([.unreachable, .proof, .refused], 3),
            ([.unreachable, .proof, .refused, .task], 4),
            ([.unreachable, .proof, .refused, .task, .hostKey], 8),
        ] as [([FailureKind], Int32)]
    )
    func gravest(kinds: [FailureKind], code: Int32) {
        let hosts = ([nil] + kinds).map { HostReport(host: "edge1", outcome: .ok, kind: $0, counts: .init()) }
        #expect(RunExitCode.of(hosts) == code)
        #expect(RunExitCode.of(hosts.reversed()) == code)
    }

    @Test("A run that left something out is no success, though nobody says why")
    func skipped() {
        let hosts = [
            HostReport(host: "hub", outcome: .changed, counts: .init()),
            HostReport(host: "edge1", outcome: .skipped, counts: .init()),
        ]
        #expect(RunExitCode.of(hosts) == RunExitCode.failed)
    }
}
