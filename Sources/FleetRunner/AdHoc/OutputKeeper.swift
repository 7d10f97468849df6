import RemoteHost
import Synchronization

/// Keeps the beginning of what a command prints, so that no host's output can fill the memory, and counts the rest.
final class OutputKeeper: Sendable {
    private let limit: Int
    private let output = Mutex(CommandOutput(exit: nil))

    /// Makes a keeper of so many bytes, of both streams together.
    init(limit: Int) {
        self.limit = limit
    }

    /// Takes a piece of output.
    func take(_ chunk: OutputChunk) {
        output.withLock { output in
            let room = limit - output.standardOutput.count - output.standardError.count
            switch chunk {
            case .standardOutput(let bytes):
                output.standardOutput += bytes.prefix(room)
                output.omitted += max(0, bytes.count - room)
            case .standardError(let bytes):
                output.standardError += bytes.prefix(room)
                output.omitted += max(0, bytes.count - room)
            }
        }
    }

    /// What was kept, with the way the command ended; none where it was given up.
    func output(exit: CommandResult.Exit?) -> CommandOutput {
        output.withLock { output in
            var output = output
            output.exit = exit
            return output
        }
    }
}
