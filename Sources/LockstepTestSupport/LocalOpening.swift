import RemoteHost
import Synchronization

/// The way to a local command's shell: hears what is printed, and lends the command's input what there is to do.
final class LocalOpening: Sendable {
    private let opening: Mutex<ShellOpening?>
    private let holdsScript: Bool
    private let actions: AsyncStream<ShellOpening.Action>
    private let deeds: AsyncStream<ShellOpening.Action>.Continuation

    /// Begins the way of a command.
    init(of command: Command) {
        opening = Mutex(command.opening)
        holdsScript = command.opening?.holdsScript ?? false
        (actions, deeds) = AsyncStream.makeStream()
    }

    /// Takes a piece of output; what of it is the command's own.
    func hear(_ chunk: OutputChunk) -> [OutputChunk] {
        var own: [OutputChunk] = []
        for action in opening.withLock({ $0?.hear(chunk) }) ?? [.passOn(chunk)] {
            if case .passOn(let chunk) = action { own.append(chunk) } else { deeds.yield(action) }
        }
        return own
    }

    /// Answers what is asked until the script may be sent; false when it may not.
    func waitForShell(answer: ([UInt8]) async throws -> Void) async throws -> Bool {
        guard holdsScript else { return true }
        for await action in actions {
            switch action {
            case .answer(let bytes): try await answer(bytes)
            case .sendScript: return true
            case .hangUp: return false
            case .passOn: break
            }
        }
        return false
    }

    /// Why a command that has ended has no result, where it never had a shell.
    func failure(of result: CommandResult) -> RemoteHostError? {
        opening.withLock { $0?.failure(of: result) }
    }
}
