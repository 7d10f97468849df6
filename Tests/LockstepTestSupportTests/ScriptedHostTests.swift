import LockstepTestSupport
import RemoteHost
import Testing

@Suite("Scripted host")
struct ScriptedHostTests {
    @Test("Answers to the same command come in the order in which they were scripted")
    func order() async throws {
        let host = ScriptedHost([.to("date", prints: "one"), .to("date", prints: "two")])
        let command = Command.script("date", deadline: .seconds(1))
        #expect(try await host.run(command).outputText == "one")
        #expect(host.unusedAnswers == ["to date"])
        #expect(try await host.run(command).outputText == "two")
        #expect(host.unusedAnswers.isEmpty)
        #expect(host.commands.map(\.line) == [command.line, command.line])
    }

    @Test("A repeated answer is never used up and never missed")
    func always() async throws {
        let host = ScriptedHost([.to("uname", CommandResult(exit: .status(1))).always])
        for _ in 0..<3 { #expect(try await !host.run(Command("uname", deadline: .seconds(1))).succeeded) }
        #expect(host.unusedAnswers.isEmpty)
    }

    @Test("A command that nobody scripted fails the test")
    func unscripted() async throws {
        let host = ScriptedHost([.to("uname", prints: "Linux")])
        await withKnownIssue {
            await #expect(throws: RemoteHostError.self) {
                try await host.run(Command("reboot", deadline: .seconds(1)))
            }
        } matching: { issue in
            issue.comments.contains { $0.rawValue.contains("reboot") }
        }
        #expect(host.commands.map(\.line) == ["reboot"])
    }

    @Test("An answer may be a lost connection")
    func lost() async throws {
        let error = RemoteHostError(.connectionLost, "gone")
        let host = ScriptedHost([.to("uname", throws: error)])
        await #expect(throws: error) { try await host.run(Command("uname", deadline: .seconds(1))) }
    }
}
