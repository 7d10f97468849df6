package import RemoteHost
import Synchronization
import Testing

/// A host that gives the answers a test wrote down, and fails the test on a command that nobody scripted.
///
/// Each answer is good for one command. Of the answers that match a command, the first that is left is taken, so two
/// answers to the same command are given in the order in which they were scripted; `always` answers again and again.
package final class ScriptedHost: RemoteHost {
    /// The name that the host goes by in reports.
    package let name: String
    private let state: Mutex<State>

    private struct State {
        var answers: [Answer]
        var commands: [Command] = []
    }

    /// Makes a host that knows these answers.
    package init(name: String = "scripted", _ answers: [Answer] = []) {
        self.name = name
        state = Mutex(State(answers: answers))
    }

    /// Adds an answer after those that are there.
    package func script(_ answer: Answer) {
        state.withLock { $0.answers.append(answer) }
    }

    /// Every command that was run, the refused ones too, in the order in which they came.
    package var commands: [Command] { state.withLock { $0.commands } }

    /// The answers that no command has asked for; a test that is done with its host expects none.
    package var unusedAnswers: [String] {
        state.withLock { state in state.answers.filter { !$0.repeats }.map(\.title) }
    }

    /// Gives the scripted answer, or records an issue and says that the connection is lost.
    package func run(
        _ command: Command,
        onOutput: (@Sendable (OutputChunk) -> Void)?
    ) async throws(RemoteHostError) -> CommandResult {
        let answer = state.withLock { state -> Answer? in
            state.commands.append(command)
            guard let index = state.answers.firstIndex(where: { $0.matches(command) }) else { return nil }
            return state.answers[index].repeats ? state.answers[index] : state.answers.remove(at: index)
        }
        guard let answer else {
            Issue.record("\(name) was given a command that nobody scripted: \(command.line)\n\(command.inputText)")
            throw RemoteHostError(.connectionLost, "nobody scripted this command")
        }
        let output = CollectedOutput(onOutput)
        let exit = try await answer.reply(command, output)
        return output.result(exit: exit)
    }
}

extension ScriptedHost {
    /// One thing that a host does when a command comes.
    package struct Answer: Sendable {
        var title: String
        var repeats = false
        var matches: @Sendable (Command) -> Bool
        var reply: @Sendable (Command, CollectedOutput) async throws(RemoteHostError) -> CommandResult.Exit

        /// Behaves as `reply` says: it may read the command's later input and print piece by piece.
        package init(
            _ title: String,
            when matches: @escaping @Sendable (Command) -> Bool,
            reply: @escaping @Sendable (Command, CollectedOutput) async throws(RemoteHostError) -> CommandResult.Exit
        ) {
            self.title = title
            self.matches = matches
            self.reply = reply
        }

        /// Ends the command whose line or input contains `part` with this result.
        package static func to(_ part: String, _ result: CommandResult) -> Answer {
            Answer("to \(part)", when: { $0.contains(part) }) { _, output in
                if !result.standardOutput.isEmpty { output.append(.standardOutput(result.standardOutput)) }
                if !result.standardError.isEmpty { output.append(.standardError(result.standardError)) }
                return result.exit
            }
        }

        /// Prints `output` and ends the command whose line or input contains `part` with status 0.
        package static func to(_ part: String, prints output: String) -> Answer {
            to(part, CommandResult(exit: .status(0), standardOutput: Array(output.utf8)))
        }

        /// Has no result for the command whose line or input contains `part`.
        package static func to(_ part: String, throws error: RemoteHostError) -> Answer {
            Answer("to \(part)", when: { $0.contains(part) }) { _, _ throws(RemoteHostError) in throw error }
        }

        /// The same answer, given as often as it is asked for.
        package var always: Answer {
            var answer = self
            answer.repeats = true
            return answer
        }
    }
}

extension Command {
    /// The input that is sent first, as text.
    package var inputText: String { String(decoding: input, as: UTF8.self) }

    fileprivate func contains(_ part: String) -> Bool {
        line.contains(part) || inputText.contains(part)
    }
}
