import NIOCore
import RemoteHost

/// A command between its start and its end: moves its input and output as far as both sides have room.
final class RunningCommand: ChannelActivity {
    /// The waiting caller, the deadline.
    let operation: Operation
    private let channel: ChannelHandle
    private let onOutput: (@Sendable (OutputChunk) -> Void)?
    private let complete: (CommandResult) -> Void
    private let input: CommandInput
    private let collectsOutput: Bool
    private let usesTerminal: Bool
    private var terminalIsThere = false
    private var endOfInputWasSent = false
    private var stage = Stage.starting
    private var standardOutput: [UInt8] = []
    private var standardError: [UInt8] = []

    private enum Stage {
        case starting, streaming, waitingForHostToClose, closing
    }

    /// Takes over an open channel for a command.
    init(
        channel: consuming ChannelHandle,
        usesTerminal: Bool,
        input: CommandInput,
        operation: Operation,
        collectsOutput: Bool,
        onOutput: (@Sendable (OutputChunk) -> Void)?,
        complete: @escaping (CommandResult) -> Void
    ) {
        self.channel = channel
        self.usesTerminal = usesTerminal
        self.operation = operation
        self.collectsOutput = collectsOutput
        self.onOutput = onOutput
        self.complete = complete
        self.input = input
    }

    /// Asks the host to start the command, at a terminal where it needs one.
    func start(_ line: String) -> Attempt<Void> {
        if usesTerminal, !terminalIsThere {
            let attempt = channel.requestTerminal()
            guard case .done = attempt else { return attempt }
            terminalIsThere = true
        }
        let attempt = channel.execute(line)
        if case .done = attempt { stage = .streaming }
        return attempt
    }

    func advance(mayWrite: Bool, scratch: inout ByteBuffer) -> ActivityProgress {
        do throws(LibSSH2Error) {
            var moved = false
            // A command may close its output and read on.
            if mayWrite, stage == .streaming || stage == .waitingForHostToClose { moved = try writeInput() }
            if stage == .streaming {
                moved = try readOutput(.standardOutput, scratch: &scratch) || moved
                moved = try readOutput(.standardError, scratch: &scratch) || moved
                if channel.isAtEndOfFile { stage = .waitingForHostToClose }
                // At a terminal no end of input can be sent: whoever sits there only hears that it is gone.
                if usesTerminal, input.isHungUp { stage = .closing }
            }
            // The host closes once the command has ended. Closing first would lose the status of a command that closes
            // its output early.
            if stage == .waitingForHostToClose, try isDone(channel.waitForHostToClose()) { stage = .closing }
            if stage == .closing, try isDone(channel.close()) {
                operation.finish()
                complete(result())
                return .ended
            }
            return moved ? .moved : .idle
        } catch {
            return .broken(error)
        }
    }

    var canListen: Bool { channel.canListen }

    func listen() -> LibSSH2Error? {
        if case .failed(let error) = channel.listen() { error } else { nil }
    }

    private func writeInput() throws(LibSSH2Error) -> Bool {
        var moved = false
        while input.pending.readableBytes > 0 {
            switch channel.write(input.pending) {
            case .done(let count) where count > 0:
                input.take(count)
                moved = true
            case .done, .wouldBlock: return moved
            case .failed(let error): throw error
            }
        }
        if input.isAtEnd, !endOfInputWasSent, try isDone(sendEndOfInput()) {
            endOfInputWasSent = true
            moved = true
        }
        return moved
    }

    private func sendEndOfInput() -> Attempt<Void> {
        guard usesTerminal else { return channel.sendEndOfFile() }
        switch channel.write(ByteBuffer(string: "\n")) {
        case .done(1): return .done(())
        case .done, .wouldBlock: return .wouldBlock
        case .failed(let error): return .failed(error)
        }
    }

    private func readOutput(_ stream: ChannelHandle.Stream, scratch: inout ByteBuffer) throws(LibSSH2Error) -> Bool {
        var moved = false
        while true {
            scratch.clear()
            switch channel.read(stream, into: &scratch) {
            case .done(let count) where count > 0:
                let bytes = Array(scratch.readableBytesView)
                let chunk: OutputChunk =
                    switch stream {
                    case .standardOutput: .standardOutput(bytes)
                    case .standardError: .standardError(bytes)
                    }
                for own in input.hear(chunk) { collect(own) }
                moved = true
            case .done, .wouldBlock: return moved
            case .failed(let error): throw error
            }
        }
    }

    private func collect(_ chunk: OutputChunk) {
        if collectsOutput {
            switch chunk {
            case .standardOutput(let bytes): standardOutput += bytes
            case .standardError(let bytes): standardError += bytes
            }
        }
        onOutput?(chunk)
    }

    private func isDone(_ attempt: Attempt<Void>) throws(LibSSH2Error) -> Bool {
        switch attempt {
        case .done: return true
        case .wouldBlock: return false
        case .failed(let error): throw error
        }
    }

    private func result() -> CommandResult {
        // A signal leaves the status at 0, which would read as success.
        let exit: CommandResult.Exit =
            if let signal = channel.exitSignal { .signal(signal) } else { .status(channel.exitStatus) }
        return CommandResult(exit: exit, standardOutput: standardOutput, standardError: standardError)
    }
}
