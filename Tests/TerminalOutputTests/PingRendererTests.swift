import FleetRunner
import RemoteHost
import TerminalOutput
import Testing

@Suite("A ping's answers")
struct PingRendererTests {
    @Test("The steps stand in a table, in the order of the inventory, and below it who was not reached")
    func table() async throws {
        let text = try await captured { output in
            let screens = AdHocScreens(output: output, isTerminal: false, notes: output, width: nil, hasColour: false)
            var renderer = PingRenderer(screens: screens)
            for event in SampleAnswers.ping { renderer.show(event) }
        }
        #expect(try text == golden("ping.txt"))
    }

    @Test("Where nobody was reached there is no table")
    func nobody() async throws {
        let text = try await captured { output in
            let screens = AdHocScreens(output: output, isTerminal: false, notes: output, width: nil, hasColour: false)
            var renderer = PingRenderer(screens: screens)
            renderer.show(.started(verb: "ping", hosts: SampleAnswers.hosts))
            renderer.show(SampleAnswers.failure("hub", .unreachable, "no route"))
            renderer.show(.finished(AdHocSummary(counts: [.unreachable: 1], seconds: 0, exitCode: 5)))
        }
        #expect(text == "== hub: unreachable: no route\n1 host: 1 unreachable, in 0.0 s\n")
    }
}
