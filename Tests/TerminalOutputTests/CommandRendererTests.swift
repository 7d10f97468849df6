import FleetRunner
import Foundation
import LockstepTestSupport
import RemoteHost
import SystemPackage
import TerminalOutput
import Testing

@Suite("A command's answers")
struct CommandRendererTests {
    /// What both streams get: results, notes.
    private func shown(
        _ events: [AdHocEvent],
        diff: Bool = false,
        isTerminal: Bool = false,
        width: Int? = nil,
        hasColour: Bool = false
    ) async throws -> (results: String, notes: String) {
        var results = ""
        var columns: (@Sendable () -> Int)?
        if let width { columns = { width } }
        let notesText = try await captured { notes in
            results = try await captured { output in
                let screens = AdHocScreens(
                    output: output,
                    isTerminal: isTerminal,
                    notes: notes,
                    width: columns,
                    hasColour: hasColour
                )
                var renderer = CommandRenderer(screens: screens, showsDifferences: diff)
                for event in events { renderer.show(event) }
                renderer.tick()
            }
        }
        return (results, notesText.replacing("\r\u{1B}[2K", with: "␍"))
    }

    @Test("Equal answers stand once, under the names of all who gave them")
    func folded() async throws {
        let shown = try await shown(SampleAnswers.command)
        #expect(try shown.results == golden("exec.txt"))
        #expect(
            shown.notes == """
                note: lab.ini:9: the group 'spare' is empty
                interrupted: no further host is begun, waiting for edge9 (1); once more ends at once

                """
        )
    }

    @Test("With --diff the largest group stands first, and of the others what is different")
    func differences() async throws {
        #expect(try await shown(SampleAnswers.command, diff: true).results == golden("exec-diff.txt"))
    }

    @Test("Where no host gave a result, there is nothing to compare with")
    func noMajority() async throws {
        let events = [
            AdHocEvent.started(verb: "exec", hosts: SampleAnswers.hosts),
            SampleAnswers.failure("edge6", .unreachable, "no answer"),
            .finished(AdHocSummary(counts: [.unreachable: 1], seconds: 0, exitCode: 5)),
        ]
        let text = try await shown(events, diff: true).results
        #expect(text == "== edge6: unreachable: no answer\n1 host: 1 unreachable, in 0.0 s\n")
    }

    @Test("A terminal is shown a host's control characters, a pipe is given them")
    func hostile() async throws {
        let piped = try await shown(SampleAnswers.hostile).results
        #expect(piped.hasPrefix("== hub\n\u{1B}[2Jcleared\r\n\ttab\u{7}\n== edge1\n"))
        for diff in [false, true] {
            let text = try await shown(SampleAnswers.hostile, diff: diff, isTerminal: true).results
            #expect(text.hasPrefix("== hub\n␛[2Jcleared\n    tab␇\n== edge1\n"))
            let controls = text.unicodeScalars.filter { $0.properties.generalCategory == .control && $0 != "\n" }
            #expect(controls.isEmpty)
        }
    }

    @Test("Bytes that are no text reach a pipe as they are")
    func bytes() async throws {
        let output = CommandOutput(exit: .status(0), standardOutput: [0xFF, 0, 0xC3])
        let bytes = try await TemporaryDirectory.with { directory in
            let file = try directory.write("", to: "output")
            let handle = try FileHandle(forWritingTo: URL(filePath: file.string))
            let stream = TerminalOutput.OutputStream(FileDescriptor(rawValue: handle.fileDescriptor))
            let screens = AdHocScreens(output: stream, isTerminal: false, notes: stream, width: nil, hasColour: false)
            var renderer = CommandRenderer(screens: screens, showsDifferences: false)
            renderer.show(.answered(AdHocReport(host: "hub", output: output, seconds: 0)))
            renderer.show(.finished(AdHocSummary(counts: [.ok: 1], seconds: 0, exitCode: 0)))
            try handle.close()
            return try Data(contentsOf: URL(filePath: file.string))
        }
        #expect(bytes.starts(with: Array("== hub\n".utf8) + [0xFF, 0, 0xC3, 10]))
    }

    @Test("Colour is for terminals: a header is painted, what the host printed is not")
    func colour() async throws {
        let text = try await shown(SampleAnswers.command, isTerminal: true, hasColour: true).results
        #expect(text.hasPrefix("\u{1B}[32m== edge[1-3] (3)\u{1B}[0m\nsame\n"))
        #expect(try await shown(SampleAnswers.command, hasColour: true).results == golden("exec.txt"))
    }

    @Test("A line moves on the terminal of the notes, and is gone before results come")
    func progress() async throws {
        let text = try await shown(SampleAnswers.command, width: 60).notes
        #expect(text.contains("␍⠋ 0/10 hosts  waiting for hub,edge[1-9]"))
        #expect(text.contains("␍⠋ 9/10 hosts  waiting for edge9␍"))
        #expect(text.hasSuffix("␍⠋ 10/10 hosts␍"))
        let lines = text.split(separator: "␍", omittingEmptySubsequences: true)
        #expect(lines.allSatisfy { $0.count < 60 || $0.hasSuffix("\n") })
    }
}
