import FleetRunner
import TerminalOutput
import Testing

@Suite("Answers to facts")
struct FactsRendererTests {
    @Test("Each host's facts stand below its name, in the order of the inventory, and below all who gave no answer")
    func facts() async throws {
        let text = try await captured { output in
            let screens = AdHocScreens(output: output, isTerminal: false, notes: output, width: nil, hasColour: false)
            var renderer = FactsRenderer(screens: screens)
            for event in SampleAnswers.facts { renderer.show(event) }
        }
        #expect(try text == golden("facts.txt"))
    }
}
