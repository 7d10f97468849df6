import RemoteHost
import SystemPackage
import Testing

@testable import LockstepCommands

@Suite("Asking on the terminal", .timeLimit(.minutes(1)))
struct SecretPromptTests {
    @Test("What is typed is not shown, and the terminal is as it was afterwards")
    func hidden() async throws {
        try await TestTerminal.with { terminal in
            #expect(terminal.echoes)
            async let answer = SecretPrompt(terminal: terminal.device).ask("Password: ")
            let question = try await terminal.shown(upTo: "Password: ")
            #expect(!terminal.echoes)
            try terminal.type("hünx\u{7f}ter2\n")
            #expect(try await answer == Secret("hünter2"))
            let rest = try await terminal.shown(upTo: "\n")
            #expect(!(question + rest).contains("ter2"))
            #expect(terminal.echoes)
        }
    }

    @Test("Ctrl-C ends the program")
    func interrupted() async {
        await #expect(processExitsWith: .exitCode(130)) {
            try await TestTerminal.with { terminal in
                async let answer = SecretPrompt(terminal: terminal.device).ask("Password: ")
                _ = try await terminal.shown(upTo: "Password: ")
                try terminal.type("hun\u{3}")
                _ = try await answer
            }
        }
    }

    @Test("Where there is no terminal, nothing is asked")
    func noTerminal() {
        let prompt = SecretPrompt(terminal: "/nonexistent/tty")
        #expect(!prompt.isPossible)
        #expect(throws: SecretPrompt.Failure.noTerminal) { try prompt.ask("Password: ") }
        #expect(throws: SecretPrompt.Failure.noTerminal) { try SecretPrompt(terminal: "/dev/null").ask("Password: ") }
    }

    @Test(
        "A line is edited as terminals do",
        arguments: [("abc\n", "abc"), ("aü\u{7f}b\r", "ab"), ("wrong\u{15}right\n", "right"), ("\u{8}a\u{4}", "a")]
    )
    func editing(typed: String, text: String) {
        var line = TypedLine()
        for byte in typed.utf8 where line.isOpen { line.type(byte) }
        #expect(!line.isOpen)
        #expect(line.text == text)
    }
}
