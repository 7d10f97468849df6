import NIOCore
import RemoteHost

/// What a command has still to read; filled from outside, also before the command has started.
///
/// Where a shell has to be waited for, it also follows what the host says on the way there, and answers.
final class CommandInput {
    /// The bytes that the host may be given now.
    private(set) var pending: ByteBuffer
    /// Whether the host is to be told that nothing more comes, once it has all that is pending.
    var isAtEnd: Bool { isComplete && held == nil }
    /// Whether there will be no shell to give anything to.
    private(set) var isHungUp = false

    private var opening: ShellOpening?
    /// What waits for the shell, while it does.
    private var held: ByteBuffer?
    private var isComplete: Bool
    private var isClosed = false
    private var whenTaken: [() -> Void] = []

    /// Makes an input that begins with a command's first bytes.
    init(of command: Command) {
        opening = command.opening
        isComplete = command.laterInput == nil
        pending = ByteBuffer(bytes: command.input)
        if opening?.holdsScript == true { (held, pending) = (pending, ByteBuffer()) }
    }

    /// Adds bytes; `taken` is called when the host has all of them, or when it never will.
    func append(_ bytes: [UInt8], taken: @escaping () -> Void) {
        guard !isClosed else { return taken() }
        if held == nil { pending.writeBytes(bytes) } else { held?.writeBytes(bytes) }
        whenTaken.append(taken)
    }

    /// Says that nothing will be added any more.
    func complete() {
        isComplete = true
    }

    /// Notes that the host was given that many of the first pending bytes.
    func take(_ count: Int) {
        pending.moveReaderIndex(forwardBy: count)
        if pending.readableBytes == 0 {
            pending.clear()
            if held == nil { release() }
        }
    }

    /// Lets go of everybody who waits: the command is over.
    func close() {
        isClosed = true
        pending = ByteBuffer()
        held = nil
        release()
    }

    private func release() {
        let callbacks = whenTaken
        whenTaken = []
        for callback in callbacks { callback() }
    }
}

// MARK: The way to the shell

extension CommandInput {
    /// Takes a piece of the host's output; what of it is the command's own.
    func hear(_ chunk: OutputChunk) -> [OutputChunk] {
        guard let actions = opening?.hear(chunk) else { return [chunk] }
        return follow(actions)
    }

    /// Stops waiting for the shell.
    func losePatience() {
        guard let actions = opening?.losePatience() else { return }
        _ = follow(actions)
    }

    /// Why a command that has ended has no result, where it never had a shell.
    func failure(of result: CommandResult) -> RemoteHostError? {
        opening?.failure(of: result)
    }

    private func follow(_ actions: [ShellOpening.Action]) -> [OutputChunk] {
        var output: [OutputChunk] = []
        for action in actions {
            switch action {
            case .passOn(let chunk): output.append(chunk)
            case .answer(let bytes): pending.writeBytes(bytes)
            case .sendScript:
                if var script = held { pending.writeBuffer(&script) }
                held = nil
            case .hangUp:
                isHungUp = true
                isComplete = true
                close()
            }
        }
        return output
    }
}
