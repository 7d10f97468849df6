import FleetRunner
import Foundation
import Provisioning
import RemoteHost
import TerminalOutput
import Testing

@Suite("JSON lines of exec, ping and facts")
struct AdHocJSONTests {
    /// One event of each kind, with all that it can have and with as little as it can.
    static let events: [AdHocEvent] = [
        .started(verb: "exec", hosts: [AdHocHost(name: "hub", address: "h"), AdHocHost(name: "edge1", address: "e")]),
        .connecting(host: "edge1"),
        SampleAnswers.answer("hub", 0, "up 3 days\n"),
        .answered(
            AdHocReport(
                host: "edge1",
                output: CommandOutput(
                    exit: .status(3),
                    standardOutput: [0x61, 0xFF, 0x0A],
                    standardError: Array("\u{1B}[1mno\n".utf8),
                    omitted: 4096
                ),
                seconds: 0.5
            )
        ),
        .answered(AdHocReport(host: "edge2", output: CommandOutput(exit: .signal("KILL")), seconds: 0.5)),
        .answered(
            AdHocReport(
                host: "edge3",
                error: RemoteHostError(.timedOut, "the command did not end within 5 seconds"),
                output: CommandOutput(exit: nil, standardOutput: Array("begun\n".utf8)),
                seconds: 5
            )
        ),
        SampleAnswers.failure("edge4", .unreachable, "connection refused by 192.0.2.4 port 22", hint: "does sshd run?"),
        SampleAnswers.failure("edge5", .cancelled, "the run was interrupted before this host's turn"),
        .answered(
            AdHocReport(
                host: "hub",
                steps: ConnectionSteps(
                    address: "192.0.2.1",
                    lookup: 0.001,
                    connect: 0.02,
                    handshake: 0.04,
                    authentication: 0.03
                ),
                seconds: 0.091
            )
        ),
        .fact(
            host: "hub",
            FactAnswer(kind: "file", subject: "/etc/lockstep", value: .success(SampleAnswers.directory))
        ),
        .fact(
            host: "hub",
            FactAnswer(kind: "rights", subject: "", value: .success(SampleAnswers.rights))
        ),
        .fact(host: "edge1", SampleAnswers.deadService),
        .answered(AdHocReport(host: "edge1", facts: [SampleAnswers.deadService], seconds: 0.5)),
        .warning(message: "lab.ini:9: the group 'spare' is empty"),
        .interrupted(waiting: ["edge1"]),
        .finished(AdHocSummary(counts: [.ok: 1, .failed: 2], seconds: 5.5, exitCode: 4)),
    ]

    private func lines() async throws -> [String] {
        let text = try await captured { output in
            var renderer = JSONRenderer<AdHocEvent>(output: output)
            for event in Self.events { renderer.show(event) }
        }
        return text.split(separator: "\n").map(String.init)
    }

    @Test("The documentation shows each line as it is written")
    func documented() async throws {
        #expect(try await lines() == Documentation.jsonLines(of: .adHoc))
    }

    @Test("Every line is one object that names its event")
    func objects() async throws {
        for line in try await lines() {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(object["event"] is String)
        }
    }

    @Test("No byte of an output is lost, text or not")
    func lossless() async throws {
        let line = try await lines()[3]
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let text = try #require(object["stdout_base64"] as? String)
        #expect(Data(base64Encoded: text).map(Array.init) == [0x61, 0xFF, 0x0A])
        #expect(object["stdout"] == nil)
        #expect(object["stderr"] as? String == "\u{1B}[1mno\n")
    }
}
