import LockstepTestSupport
import Propagation
import RemoteHost
import Testing

@testable import FleetRunner

@Suite("A command on a host", .timeLimit(.minutes(1)))
struct CommandVisitTests {
    private let interruption = Interruption()

    private func report(
        _ text: String,
        on host: any RemoteHost = LocalShellHost(name: "edge1"),
        error: RemoteHostError? = nil,
        deadline: Duration = .seconds(30),
        outputLimit: Int = 1000
    ) async -> AdHocReport {
        let visit = CommandVisit(
            text: text,
            deadline: deadline,
            outputLimit: outputLimit,
            connector: FakeConnector(hosts: ["edge1": host], errors: error.map { ["edge1": $0] } ?? [:]),
            interruption: interruption
        )
        return await visit(AdHocHost(name: "edge1", address: "192.0.2.1"))
    }

    @Test("Its output and its status are told", arguments: [0, 3])
    func result(status: Int32) async {
        let report = await report("printf 'a b\\377'; echo no >&2; exit \(status)")
        #expect(report.outcome == (status == 0 ? .ok : .failed))
        #expect(report.kind == (status == 0 ? nil : .task))
        let expected = CommandOutput(
            exit: .status(status),
            standardOutput: Array("a b".utf8) + [0xFF],
            standardError: Array("no\n".utf8)
        )
        #expect(report.output == expected)
    }

    @Test(
        "Whatever the command line is, it is no part of the script around it",
        arguments: ["echo '}'", "echo a # b", "echo a\\", "echo a;", "cat <<x\nx", "{ echo a; }"]
    )
    func anyText(text: String) async {
        #expect(await report(text).outcome == .ok)
    }

    @Test(
        "Half a command line is an error of sh, and runs nothing",
        arguments: ["if true", "echo (", "echo a; }", "'"]
    )
    func syntaxError(text: String) async {
        let report = await report(text)
        #expect(report.outcome == .failed)
        #expect(report.output?.standardOutput == [])
        #expect(report.output?.standardError.isEmpty == false)
    }

    @Test("It reads an empty file, not the script")
    func emptyInput() async {
        #expect(await report("cat; echo end").output?.standardOutput == Array("end\n".utf8))
    }

    @Test("Of much output the beginning is kept, the rest counted, and the command comes to its end")
    func muchOutput() async {
        let report = await report("yes | head -c 100000; echo error >&2; exit 7", outputLimit: 10)
        #expect(report.output?.exit == .status(7))
        let output = report.output.map { $0.standardOutput.count + $0.standardError.count }
        #expect(output == 10)
        #expect(report.output?.omitted == 100_006 - 10)
    }

    @Test("A command that does not end has failed, and what it had printed is kept")
    func deadline() async {
        let report = await report("echo begun; sleep 30", deadline: .milliseconds(300))
        #expect(report.outcome == .failed)
        #expect(report.kind == .task)
        #expect(report.output == CommandOutput(exit: nil, standardOutput: Array("begun\n".utf8)))
        #expect(report.message != nil)
    }

    @Test(
        "A host that is not reached tells why",
        arguments: [
            (.unreachable, .unreachable, .unreachable),
            (.timedOut, .unreachable, .unreachable),
            (.authenticationFailed, .unreachable, .unreachable),
            (.hostKeyRefused, .failed, .hostKey),
            (.cancelled, .skipped, nil),
        ] as [(RemoteHostError.Code, Outcome, FailureKind?)]
    )
    func notReached(code: RemoteHostError.Code, outcome: Outcome, kind: FailureKind?) async {
        let report = await report("true", error: RemoteHostError(code, "why", hint: "what next"))
        #expect(report.outcome == outcome)
        #expect(report.kind == kind)
        #expect(report.message == "why")
        #expect(report.hint == "what next")
        #expect(report.output == nil)
    }

    @Test("A connection that is lost while the command runs makes the host unreachable")
    func lost() async {
        let host = ScriptedHost(name: "edge1", [.to("eval true", throws: RemoteHostError(.connectionLost, "lost"))])
        let report = await report("true", on: host)
        #expect(report.outcome == .unreachable)
        #expect(report.output?.exit == nil)
    }

    @Test("Once it is interrupted, no command is begun on a connection that was just made")
    func interrupted() async {
        interruption.request()
        let report = await report("true", on: ScriptedHost(name: "edge1"))
        #expect(report.outcome == .skipped)
    }
}
