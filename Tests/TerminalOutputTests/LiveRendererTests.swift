import FleetRunner
import TerminalOutput
import Testing

@Suite("Live output")
struct LiveRendererTests {
    /// What a person's terminal gets on both streams; the clearing of a line is shown as ␍, an escape character as ESC.
    private func shown(
        _ events: [RunEvent],
        width: Int = 80,
        hasColour: Bool = false,
        ticks: Int = 0
    ) async throws -> String {
        let text = try await captured { terminal in
            var renderer = LiveRenderer(
                output: terminal,
                progress: terminal,
                width: { width },
                style: TextStyle(hasColour: hasColour),
                verbosity: 0
            )
            for event in events {
                renderer.show(event)
                for _ in 0..<ticks { renderer.tick() }
            }
        }
        return text.replacing("\r\u{1B}[2K", with: "␍").replacing("\u{1B}", with: "ESC")
    }

    @Test("One line moves, what was settled stands above it, and nothing of the line is left at the end")
    func eventful() async throws {
        let text = try await shown(SampleRuns.eventful)
        // What a terminal shows in the end: of each line what comes after the last clearing.
        let left = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.split(separator: "␍", omittingEmptySubsequences: false).last ?? "")
        }
        #expect(try left.joined(separator: "\n") == golden("eventful.txt"))
        #expect(text.contains("␍⠋ 1/6 hosts  looked at hub"))
        #expect(text.contains("␍⠋ 2/6 hosts  edge1: install rsync and 1 more"))
        #expect(text.contains("␍⠋ 2/6 hosts  the canary is created"))
        #expect(!text.contains("ESC"), "without colour there is nothing but the clearing")
    }

    @Test("Results go to one stream and the moving line to the other")
    func streams() async throws {
        let progress = try await captured { progress in
            let results = try await captured { output in
                var renderer = LiveRenderer(
                    output: output,
                    progress: progress,
                    width: { 80 },
                    style: TextStyle(hasColour: false),
                    verbosity: 0
                )
                for event in SampleRuns.eventful { renderer.show(event) }
            }
            #expect(try results == golden("eventful.txt"))
        }
        #expect(progress.contains("looked at hub"))
        #expect(!progress.contains("install rsync\n"))
    }

    @Test(
        "The moving line stays shorter than the terminal is wide, wide characters counted twice",
        arguments: [1, 2, 20, 30, 79]
    )
    func width(width: Int) async throws {
        let events: [RunEvent] = [
            .started(verb: "up", hosts: ["hub"], tasks: 1),
            .applying(host: "hub", changes: ["write /srv/日本語のとても長い名前/\(String(repeating: "x", count: 200))"]),
        ]
        let text = try await shown(events, width: width)
        let last = try #require(text.split(separator: "␍").last)
        let wide = last.unicodeScalars.count { (0x3000...0x9FFF).contains($0.value) }
        #expect(last.count + wide <= max(1, width - 1))
        #expect(last.count + wide >= min(width, 60) - 2, "it is not cut shorter than it must be")
    }

    @Test("What stays is not cut: a failure is told whole")
    func longResult() async throws {
        let message = String(repeating: "long ", count: 60)
        let failure = SampleRuns.task(.failed, "A task", on: "hub", kind: .task, message: message + "end")
        #expect(try await shown([failure], width: 40).contains(message + "end"))
    }

    @Test("What a host says cannot move the terminal, and keeps the moving line on one line")
    func hostile() async throws {
        let text = try await shown(SampleRuns.hostile)
        #expect(text.contains("␍⠋ 0/1 hosts  hub: write ␛[2J/etc/x␊and    more and 1 more"))
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
    }

    @Test("The wheel turns with time, but only while the run lasts")
    func ticks() async throws {
        let running = try await shown([.started(verb: "up", hosts: ["hub"], tasks: 1)], ticks: 2)
        #expect(running == "␍⠋ 0/1 hosts  ␍⠙ 0/1 hosts  ␍⠹ 0/1 hosts  ")
        let over = try await shown([SampleRuns.finished([], seconds: 0, 0)], ticks: 3)
        #expect(over.hasSuffix("in 0.0 s\n"))
    }

    @Test("With colour, a word is painted and its line is not")
    func colour() async throws {
        let text = try await shown(SampleRuns.plan, hasColour: true)
        #expect(text.contains("ESC[33mwould do     ESC[0mhub: write /usr/local/lib/lockstep/layer.lua\n"))
        #expect(text.contains("ESC[32m+ line 1ESC[0m\n"))
        #expect(text.contains("ESC[33m2 would changeESC[0m"))
    }
}
