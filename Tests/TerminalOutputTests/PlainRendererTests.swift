import FleetRunner
import TerminalOutput
import Testing

@Suite("Plain output")
struct PlainRendererTests {
    struct Sample: CustomTestStringConvertible {
        var testDescription: String
        var events: [RunEvent]
        var verbosity = 0
    }

    static let samples = [
        Sample(testDescription: "eventful", events: SampleRuns.eventful),
        Sample(testDescription: "eventful-vv", events: SampleRuns.eventful, verbosity: 2),
        Sample(testDescription: "quiet", events: SampleRuns.quiet),
        Sample(testDescription: "plan", events: SampleRuns.plan),
        Sample(testDescription: "locked", events: SampleRuns.locked),
        Sample(testDescription: "hostile", events: SampleRuns.hostile),
    ]

    @Test("A run reads as its golden text", arguments: samples)
    func text(sample: Sample) async throws {
        let text = try await captured { output in
            var renderer = PlainRenderer(output: output, verbosity: sample.verbosity)
            for event in sample.events { renderer.show(event) }
        }
        #expect(try text == golden("\(sample.testDescription).txt"))
    }

    @Test("Nothing in it moves a terminal, whatever the hosts say", arguments: samples)
    func harmless(sample: Sample) async throws {
        let text = try await captured { output in
            var renderer = PlainRenderer(output: output, verbosity: 2)
            for event in sample.events { renderer.show(event) }
        }
        let controls = text.unicodeScalars.filter { $0.properties.generalCategory == .control && $0 != "\n" }
        #expect(controls.isEmpty)
    }

    @Test(
        "A transfer that is waited for is told once of each copy, and each time to those who ask for more",
        arguments: [0, 1]
    )
    func sending(verbosity: Int) async throws {
        let text = try await captured { output in
            var renderer = PlainRenderer(output: output, verbosity: verbosity)
            for seconds in [40.0, 50.0] { renderer.show(.sending(host: "edge1", sync: nil, seconds: seconds)) }
            renderer.show(.sending(host: "edge1", sync: "docs", seconds: 50))
        }
        let again = verbosity == 0 ? "" : "sending      edge1: a transfer has gone on for 50 s, its canary waits\n"
        #expect(
            text == """
                sending      edge1: a transfer has gone on for 40 s, its canary waits
                \(again)sending      edge1 [sync:docs]: a transfer has gone on for 50 s, its canary waits

                """
        )
    }

    @Test("Of many hosts, those that are as wanted are counted, not listed")
    func manyHosts() async throws {
        let hosts =
            (1...30).map { SampleRuns.host("edge\($0)", .ok, (1, 0, 0, 0)) }
            + [SampleRuns.host("hub", .changed, (0, 1, 0, 0))]
        let text = try await captured { output in
            var renderer = PlainRenderer(output: output, verbosity: 0)
            renderer.show(SampleRuns.finished(hosts, seconds: 1, 0))
        }
        #expect(
            text == """
                hub     changed       ok=0 changed=1 failed=0 skipped=0
                31 hosts: 30 ok, 1 changed, in 1.0 s

                """
        )
    }
}
