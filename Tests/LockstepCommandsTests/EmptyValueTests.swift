import LockstepTestSupport
import Testing

@testable import LockstepCommands

@Suite("Options with an empty value")
struct EmptyValueTests {
    /// A command, the words that lead to it, and its options that take a value.
    private func options(of command: CommandDescription, _ words: [String] = []) -> [(words: [String], typed: String)] {
        let own = (command.arguments ?? []).filter { $0.kind == .option }.flatMap { $0.names ?? [] }
        return own.map { (words, $0.typed) }
            + (command.subcommands ?? []).flatMap { options(of: $0, words + [$0.commandName]) }
    }

    @Test("Every option of every verb that takes a value is named where that is empty")
    func everyOption() throws {
        let program = try CommandDescription.program()
        let all = options(of: program)
        let typed = Set(all.map(\.typed))
        #expect(
            typed.isSuperset(of: ["-i", "-F", "--known-hosts", "--limit", "--bundle", "--output", "--forks", "--slave"])
        )
        for (words, option) in all {
            for given in [[option, ""], ["\(option)="]] {
                let before = EmptyValue.first(in: words + given, of: program)
                #expect(before?.option == option, "\(words) \(given)")
                let after = EmptyValue.first(in: words + given + ["next"], of: program)
                #expect(after?.option == option, "\(words) \(given)")
            }
            #expect(EmptyValue.first(in: words + [option, "value"], of: program) == nil, "\(words) \(option)")
        }
        for option in options(of: program).filter({ $0.words.isEmpty }).map(\.typed) {
            #expect(EmptyValue.first(in: [option, "", "plan"], of: program)?.option == option)
        }
    }

    @Test(
        "What is empty and no option's value is left to the verb",
        arguments: [
            ["exec", "--", "printf", "%s", ""], ["-i", "a", "exec", "echo", ""], ["exec", "--", "-i", ""],
            ["exec", "--timeout", "5", "--", "dd", "if="], ["init", "--slave", "a", ""], ["plan", "-v", ""],
            ["up", "--bundle"],
        ]
    )
    func others(arguments: [String]) throws {
        let program = try CommandDescription.program()
        #expect(EmptyValue.first(in: arguments, of: program) == nil)
    }

    @Test("Behind flags in one word, too")
    func behindFlags() throws {
        let program = try CommandDescription.program()
        #expect(EmptyValue.first(in: ["plan", "-vi", ""], of: program)?.option == "-vi")
    }

    @Test(
        "The program ends with 2, and names the option",
        .timeLimit(.minutes(1)),
        arguments: [
            ["--known-hosts", "", "plan"], ["plan", "--known-hosts", ""], ["-i", "", "lint"], ["lint", "-F", ""],
            ["plan", "--limit", ""], ["up", "--bundle", ""], ["init", "--output", ""], ["init", "--user="],
        ]
    )
    func program(arguments: [String]) async throws {
        try await WrittenFleet.with([
            "lockstep.ini": "[master]\nhub ansible_host=127.0.0.1 source=/srv/a\n[slaves]\nedge1 target=/srv/b\n"
        ]) { fleet in
            let result = try await fleet.shell("exec \"$lockstep\" \"$@\" </dev/null", arguments)
            let option = try #require(arguments.first { $0.hasPrefix("-") })
            #expect(result.status == 2)
            #expect(result.output == "")
            #expect(result.error.contains("\(option.trimming("=")) has an empty value"), "\(result.error)")
        }
    }
}

extension String {
    fileprivate func trimming(_ end: Character) -> String { last == end ? String(dropLast()) : self }
}
