package import RemoteHost
import Synchronization

/// What a command has printed so far, handed on piece by piece and kept whole for its result.
package final class CollectedOutput: Sendable {
    private struct State {
        var standardOutput: [UInt8] = []
        var standardError: [UInt8] = []
    }

    private let state = Mutex(State())
    private let onOutput: (@Sendable (OutputChunk) -> Void)?

    /// Starts empty; each piece is handed to `onOutput` as it is added.
    package init(_ onOutput: (@Sendable (OutputChunk) -> Void)?) {
        self.onOutput = onOutput
    }

    /// Adds a piece and hands it on.
    package func append(_ chunk: OutputChunk) {
        state.withLock { state in
            switch chunk {
            case .standardOutput(let bytes): state.standardOutput += bytes
            case .standardError(let bytes): state.standardError += bytes
            }
        }
        onOutput?(chunk)
    }

    /// Everything that was printed, as the result of a command that ended this way.
    package func result(exit: CommandResult.Exit) -> CommandResult {
        state.withLock { state in
            CommandResult(exit: exit, standardOutput: state.standardOutput, standardError: state.standardError)
        }
    }
}
