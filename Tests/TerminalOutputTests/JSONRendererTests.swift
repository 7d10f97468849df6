import Foundation
import Provisioning
import TerminalOutput
import Testing

@testable import FleetRunner

@Suite("JSON lines")
struct JSONRendererTests {
    /// One event of each kind, with all that it can have and with as little as it can.
    static let events: [RunEvent] = [
        .started(verb: "up", hosts: ["hub", "edge1"], tasks: 7),
        .connecting(host: "edge1"),
        .probed(host: "edge1", seconds: 0.25),
        .probed(host: "edge2", seconds: 0.25, kinds: [KindTime("file", seconds: 0.125)]),
        .applying(host: "edge1", changes: ["install rsync"]),
        .firstPass(waiting: ["edge1"]),
        SampleRuns.task(.changed, "The slaves have rsync", on: "edge1", "install rsync", diff: ["+ package rsync"]),
        SampleRuns.task(
            .failed,
            "The slave loses no file that the master does not have",
            on: "hub",
            for: "edge1",
            "see what the first pass would delete on edge1",
            kind: .refused,
            message: "2 files would go: a, \"b\"/ü\u{1B}",
            hint: "--allow-delete edge1"
        ),
        .canaryWritten(sync: nil, step: "created"),
        .canarySeen(host: "edge1", sync: nil, step: "created", seconds: 1.5),
        .proven(host: "edge1", sync: nil, latencies: [StepLatency(step: "created", seconds: 1.5)]),
        .canaryWritten(sync: "docs", step: "renamed"),
        .canarySeen(host: "edge1", sync: "docs", step: "renamed", seconds: 0.5),
        .proven(host: "edge1", sync: "docs", latencies: [StepLatency(step: "renamed", seconds: 0.5)]),
        .sending(host: "edge1", sync: nil, seconds: 40),
        .sending(host: "edge1", sync: "docs", seconds: 50),
        .warning(host: "edge1", message: "something of the canary may be left"),
        .warning(host: nil, message: "lab.ini:9: the group 'spare' is empty"),
        .interrupted,
        .host(SampleRuns.host("hub", .ok, (12, 0, 0, 0))),
        .host(
            SampleRuns.host(
                "edge1",
                .unreachable,
                (0, 0, 0, 5),
                kind: .unreachable,
                message: "no answer within 10 s",
                hint: "is it switched on?"
            )
        ),
        SampleRuns.finished(
            [SampleRuns.host("hub", .ok, (12, 0, 0, 0))],
            proven: 0,
            lockHolder: "alice@laptop",
            seconds: 2.5,
            7
        ),
        SampleRuns.finished([], seconds: 0.5, 0),
    ]

    private func lines() async throws -> [String] {
        let text = try await captured { output in
            var renderer = JSONRenderer<RunEvent>(output: output)
            for event in Self.events { renderer.show(event) }
        }
        #expect(text.hasSuffix("}\n"))
        return text.split(separator: "\n").map(String.init)
    }

    @Test("The documentation shows each line as it is written")
    func documented() async throws {
        #expect(try await lines() == Documentation.jsonLines(of: .run))
    }

    @Test("A program that reads the lines back has the same events")
    func roundTrip() async throws {
        let decoder = JSONDecoder()
        let read = try await lines().map { try decoder.decode(RunEvent.self, from: Data($0.utf8)) }
        #expect(read == Self.events)
    }

    @Test("Every line names its event, and holds no list of unnamed things")
    func flat() async throws {
        for line in try await lines() {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(object["event"] is String)
            #expect(object.keys.allSatisfy { !$0.hasPrefix("_") })
        }
    }

    @Test("A line of an unknown event is refused, not guessed at")
    func unknown() {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(RunEvent.self, from: Data("{\"event\":\"lunch\"}".utf8))
        }
    }
}
