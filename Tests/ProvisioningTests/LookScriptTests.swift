import LockstepTestSupport
import Provisioning
import RemoteHost
import Testing

@Suite("Scripts that only look", .timeLimit(.minutes(1)))
struct LookScriptTests {
    private func answers(
        _ snippets: [String],
        on userland: TestUserland = .dash,
        after noise: String = ""
    ) async throws -> [ProbeOutput?] {
        try await TemporaryDirectory.with { directory in
            let host = try await userland.install(in: directory["bin"], home: directory["home"])
            let script = LookScript(asking: snippets, nonce: "0123abcd")
            let result = try await host.run(.script(noise + script.text, deadline: .seconds(20)))
            let answers = try #require(script.answers(in: result.standardOutput), "\(result)")
            #expect(answers.count == snippets.count)
            #expect(result.standardError.isEmpty)
            return snippets.indices.map { answers[$0] }
        }
    }

    @Test(
        "Each snippet's output, status and last words come back apart, byte for byte",
        arguments: TestUserland.allCases
    )
    func apart(userland: TestUserland) async throws {
        let outputs = try await answers(
            [
                "echo one", "exit 7", "printf 'no newline'", "printf '\\n\\n'", "printf 'a\\377\\r\\nb\\0c'",
                "echo out; echo why >&2; echo more; echo really >&2; exit 3", ":",
                "head -c 9000 /dev/zero | tr '\\0' x >&2; echo end >&2", "cd /; f=gone; exec 1>&2",
                "printf %s \"${f-unset}\"",
            ],
            on: userland,
            after: "echo Welcome!\n"
        )
        #expect(outputs[0] == ProbeOutput(text: "one\n"))
        #expect(outputs[1] == ProbeOutput(status: 7, text: ""))
        #expect(outputs[2] == ProbeOutput(text: "no newline"))
        #expect(outputs[3] == ProbeOutput(text: "\n\n"))
        #expect(outputs[4]?.bytes == [0x61, 0xFF, 0x0D, 0x0A, 0x62, 0, 0x63])
        #expect(outputs[5] == ProbeOutput(status: 3, text: "out\nmore\n", errorText: "why\nreally\n"))
        #expect(outputs[6] == ProbeOutput(text: ""))
        #expect(outputs[7]?.errorText.utf8.count == 4096 && outputs[7]?.errorText.hasSuffix("xend\n") == true)
        #expect(outputs[9]?.text == "unset")
    }

    @Test("Lines end at line feeds only, and letters are told apart by their bytes")
    func lines() async throws {
        let output = try #require(try await answers(["printf 'a\\377\\r\\nb\\r\\n\\303'"])[0])
        #expect(output.byteLines == [[0x61, 0xFF, 0x0D], [0x62, 0x0D], [0xC3]])
        #expect(ProbeOutput(text: "a\r\nb\r\n").lines == ["a\r", "b\r"])
        #expect(ProbeOutput(text: "\u{E9}") != ProbeOutput(text: "e\u{301}"))
    }

    @Test("What a snippet that failed said last is the reason")
    func reasons() async throws {
        let outputs = try await answers(["echo out; echo why >&2; exit 3", "cat /nowhere/at/all"])
        #expect(outputs[0]?.failureText == "why (status 3)")
        #expect(outputs[1]?.failureText.contains("/nowhere/at/all") == true)
    }

    @Test("A look that breaks off has no answer, wherever that is")
    func brokenOff() throws {
        let script = LookScript(asking: ["a", "b"], nonce: "n0")
        let whole = Array(
            "Hi\n\nn0 begin\none\n\nn0 0 0\ntwo\n\nn0 1 3\n\nn0 errors\n\nn0 0\nwhy\n\nn0 1\n\nn0 end\n".utf8
        )
        #expect(
            script.answers(in: whole)
                == [0: ProbeOutput(text: "one\n"), 1: ProbeOutput(status: 3, text: "two\n", errorText: "why\n")]
        )
        for length in 0..<(whole.count - 1) {
            #expect(script.answers(in: Array(whole.prefix(length))) == nil)
        }
    }

    @Test("Another script's marks are output")
    func otherMarks() async throws {
        let text = "\nffff 0 0\n\n0123abc 1 0\n0123abcd 0 0x\n"
        #expect(
            try await answers(["printf %s \(shellQuoted(text))", "echo last"]) == [
                ProbeOutput(text: text), ProbeOutput(text: "last\n"),
            ]
        )
    }

    @Test("A hundred snippets cost a process each, and one for all")
    func processes() async throws {
        let script = LookScript(asking: Array(repeating: "echo x", count: 100), nonce: "n0")
        try await TemporaryDirectory.with { directory in
            try directory.write(script.text, to: "script")
            // Process numbers are given in order: between two children of one shell there are as many as were started.
            let counted = try await LocalProgram.run(
                "sh",
                [
                    "-c", "unshare --fork --pid sh -c '. \"$1\" >/dev/null; sh -c \"echo \\$\\$\"' sh \"$1\"", "sh",
                    directory["script"],
                ]
            )
            #expect(counted.status == 0, "\(counted.error)")
            let number = try #require(Int(counted.output.dropLast()))
            #expect((100...110).contains(number))
        }
    }
}
