import LockstepTestSupport
import RemoteHost
import Synchronization

@testable import Propagation

/// A running script, line by line.
struct Conversation: Sendable {
    private let heard: Heard
    private let words: AsyncStream<[UInt8]>.Continuation

    /// Runs a script on a host as the product does, and talks with it; its input ends when `body` does.
    ///
    /// The command line may be given, to put something before the shell; the way to it is then not looked after.
    static func with(
        _ host: LocalShellHost,
        _ script: String,
        line: String = "sh -s",
        _ body: (Conversation) async throws -> Void
    ) async throws -> CommandResult {
        let (words, wordSender) = AsyncStream.makeStream(of: [UInt8].self)
        let heard = Heard()
        var command = Command.conversation(script, lines: words, deadline: .seconds(110))
        command.line = line
        command.opening = nil
        let splitter = LineSplitter()
        return try await withThrowingTaskGroup(of: CommandResult.self) { [command] group in
            group.addTask {
                defer { heard.state.withLock { $0.isOver = true } }
                return try await host.run(command) { chunk in
                    guard case .standardOutput(let bytes) = chunk else { return }
                    for line in splitter.lines(after: bytes) where !line.isEmpty && !line.hasPrefix("lockstep ") {
                        heard.state.withLock { $0.lines.append(line) }
                    }
                }
            }
            defer { group.cancelAll() }
            try await body(Conversation(heard: heard, words: wordSender))
            wordSender.finish()
            return try await group.next() ?? CommandResult(exit: .status(-1))
        }
    }

    /// Sends a word.
    func say(_ word: String) {
        words.yield(Array("\(word)\n".utf8))
    }

    /// Ends the script's input.
    func hangUp() {
        words.finish()
    }

    /// The next line that the script prints, or nil where it ends or says nothing for so long.
    func hear(within duration: Duration = .seconds(30)) async throws -> String? {
        let end = ContinuousClock.now + duration
        repeat {
            let (line, isOver) = heard.state.withLock { state in
                (state.lines.isEmpty ? nil : state.lines.removeFirst(), state.isOver)
            }
            if line != nil || isOver { return line }
            try await Task.sleep(for: .milliseconds(5))
        } while ContinuousClock.now < end
        return nil
    }

    /// What the test has not looked at yet.
    private final class Heard: Sendable {
        struct State {
            var lines: [String] = []
            var isOver = false
        }

        let state = Mutex(State())
    }
}

/// Sends a signal, and the same again at once: a session's end may bring more than one.
func kill(_ process: String, _ signal: String) async throws {
    let line = "kill -\(signal) \(process); kill -\(signal) \(process); kill -\(signal) \(process)"
    _ = try await LocalShellHost().run(Command(line, deadline: .seconds(30)))
}
