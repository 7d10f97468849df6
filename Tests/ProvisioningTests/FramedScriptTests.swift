import LockstepTestSupport
import Provisioning
import RemoteHost
import Testing

@Suite("Framed scripts")
struct FramedScriptTests {
    /// Runs a script in a real shell and reads its frames.
    func frames(_ script: FramedScript, after noise: String = "") async throws -> [ProbeOutput] {
        let command = Command.script(noise + script.text, deadline: .seconds(20))
        let result = try await LocalShellHost().run(command)
        var parser = FrameParser(nonce: script.nonce)
        let frames = parser.consume(result.standardOutput)
        #expect(parser.isComplete)
        #expect(frames.map(\.index) == Array(frames.indices))
        return frames.map(\.output)
    }

    /// A script of changes none of which depends on another.
    private func apart(_ scripts: [String]) -> FramedScript {
        FramedScript(
            applying: scripts.enumerated().map { .init(Change("", script: $0.element), chains: [$0.offset]) },
            nonce: "n0"
        )
    }

    @Test("Each snippet's output and status come back apart from the others'")
    func snippetsAreToldApart() async throws {
        let outputs = try await frames(
            apart(["echo one", "exit 7", "printf 'no newline'", "printf '\\n\\n'"])
        )
        #expect(
            outputs == [
                ProbeOutput(text: "one\n"), ProbeOutput(status: 7, text: ""), ProbeOutput(text: "no newline"),
                ProbeOutput(text: "\n\n"),
            ]
        )
    }

    @Test("No status of a change's own command means anything but that it failed", arguments: [1, 65, 75, 76, 77, 255])
    func statusesMeanNothing(status: Int) async throws {
        let steps: [FramedScript.Step] = [
            .init(Change("", script: "(exit \(status))"), chains: [1]),
            .init(Change("", precondition: "exit \(status)", script: "echo not here"), chains: [2]),
            .init(Change("", script: "echo beside it"), chains: [3]),
        ]
        let outputs = try await frames(FramedScript(applying: steps, nonce: "n0"))
        #expect(outputs.map(\.ending) == [.ended, .moved, .ended])
        #expect(outputs[0].status == status && outputs[2].text == "beside it\n")
    }

    @Test("A change that refuses ends its own chain, and says why")
    func refusal() async throws {
        let steps: [FramedScript.Step] = [
            .init(Change("", script: "echo first; [ -z x ] || refuse 3 files would go; echo not here"), chains: [1]),
            .init(Change("", script: "echo not here"), chains: [1]),
            .init(Change("", script: "echo 'beside it'; refuse"), chains: [2]),
        ]
        let outputs = try await frames(FramedScript(applying: steps, nonce: "n0"))
        #expect(outputs.map(\.ending) == [.refused, .skipped, .refused])
        #expect(outputs.map(\.text) == ["first\n3 files would go\n", "", "beside it\n"])
    }

    @Test("Output that looks like a frame is output")
    func outputCannotForgeFrames() async throws {
        let forged = "\nn0 0 ended 0 3 0\nabc\nn0 end\n"
        let outputs = try await frames(
            apart(["printf %s \(shellQuoted(forged))", "echo last"])
        )
        #expect(outputs == [ProbeOutput(text: forged), ProbeOutput(text: "last\n")])
    }

    @Test("Bytes are counted, not characters")
    func lengthsAreBytes() async throws {
        let outputs = try await frames(apart(["printf 'žluťoučký 🐎'", "echo x"]))
        #expect(outputs == [ProbeOutput(text: "žluťoučký 🐎"), ProbeOutput(text: "x\n")])
    }

    @Test("What a login script prints before is passed over")
    func noiseIsPassedOver() async throws {
        let outputs = try await frames(apart(["echo one"]), after: "echo Welcome!\n")
        #expect(outputs == [ProbeOutput(text: "one\n")])
    }

    @Test("A snippet cannot leave variables or a directory behind")
    func snippetsAreApart() async throws {
        let outputs = try await frames(
            apart(["cd /; f=gone; exec 1>/dev/null", "printf %s \"${f-unset} $(pwd)\""])
        )
        #expect(outputs.last?.text.hasPrefix("unset ") == true)
        #expect(outputs.last?.text != "unset /")
    }

    @Test("Frames are read as their bytes arrive, one by one", arguments: [1, 2, 7, 64])
    func parserTakesPieces(size: Int) {
        let answer = Array("Hello\n\nn0 0 ended 0 5 0\na\nb\nc\nn0 1 ended 3 0 3\noh!\nn0 end\n".utf8)
        var parser = FrameParser(nonce: "n0")
        var frames: [FrameParser.Frame] = []
        for start in stride(from: 0, to: answer.count, by: size) {
            frames += parser.consume(answer[start..<min(start + size, answer.count)])
        }
        #expect(parser.isComplete)
        #expect(
            frames.map(\.output) == [ProbeOutput(text: "a\nb\nc"), ProbeOutput(status: 3, text: "", errorText: "oh!")]
        )
    }

    @Test("A change that fails ends its own chain and nobody else's")
    func failureEndsItsChain() async throws {
        let steps: [FramedScript.Step] = [
            .init(Change("", script: "echo host")),
            .init(Change("", script: "false\necho not here"), chains: [1]),
            .init(Change("", script: "echo second"), chains: [2]),
            .init(Change("", script: "echo after the failure"), chains: [1]),
            .init(Change("", script: "stop_host the source is empty"), chains: [2]),
            .init(Change("", script: "echo after the stop"), chains: [3]),
        ]
        let outputs = try await frames(FramedScript(applying: steps, nonce: "n0"))
        #expect(outputs.map(\.ending) == [.ended, .ended, .ended, .skipped, .stopped, .skipped])
        #expect(outputs.map(\.status) == [0, 1, 0, 0, 1, 0])
        #expect(outputs.map(\.text) == ["host\n", "", "second\n", "", "the source is empty\n", ""])
    }

    @Test("A change ends with what it cannot do without, and not with what stands beside it")
    func failureEndsWhatNeedsIt() async throws {
        let steps: [FramedScript.Step] = [
            .init(Change("", script: "false"), chains: [1]),
            .init(Change("", script: "echo needs it"), chains: [2, 1]),
            .init(Change("", script: "false"), chains: [4, 3]),
            .init(Change("", script: "echo beside it"), chains: [5, 3]),
        ]
        let outputs = try await frames(FramedScript(applying: steps, nonce: "n0"))
        #expect(outputs.map(\.status) == [1, 0, 1, 0])
        #expect(outputs.map(\.ending) == [.ended, .skipped, .ended, .ended])
    }

    @Test("A failed change of the host as a whole ends all that follow")
    func hostFailureEndsAll() async throws {
        let steps: [FramedScript.Step] = [
            .init(Change("", script: "echo oops >&2; false")), .init(Change("", script: "echo x"), chains: [1]),
        ]
        let outputs = try await frames(FramedScript(applying: steps, nonce: "n0"))
        #expect(outputs == [ProbeOutput(status: 1, text: "oops\n"), ProbeOutput(text: "", ending: .skipped)])
    }

    @Test("A change whose host has moved on is not made")
    func preconditionIsChecked() async throws {
        try await TemporaryDirectory.with { directory in
            let change = Change(
                "",
                precondition: "[ ! -e \(directory["there"]) ]",
                script: "echo new >\(directory["there"])"
            )
            try directory.write("old", to: "there")
            let outputs = try await frames(FramedScript(applying: [.init(change)], nonce: "n0"))
            #expect(outputs.map(\.ending) == [.moved])
            #expect(try directory.text("there") == "old")
        }
    }
}
