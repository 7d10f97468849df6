import NIOCore

/// What a command has still to read; filled from outside, also before the command has started.
final class CommandInput {
    /// The bytes that the host has not been given yet.
    private(set) var pending: ByteBuffer
    /// Whether nothing will be added any more.
    private(set) var isComplete: Bool
    private var isClosed = false
    private var whenTaken: [() -> Void] = []

    /// Makes an input that begins with these bytes.
    init(bytes: [UInt8], isComplete: Bool) {
        pending = ByteBuffer(bytes: bytes)
        self.isComplete = isComplete
    }

    /// Adds bytes; `taken` is called when the host has all of them, or when it never will.
    func append(_ bytes: [UInt8], taken: @escaping () -> Void) {
        guard !isClosed else { return taken() }
        pending.writeBytes(bytes)
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
            release()
        }
    }

    /// Lets go of everybody who waits: the command is over.
    func close() {
        isClosed = true
        pending = ByteBuffer()
        release()
    }

    private func release() {
        let callbacks = whenTaken
        whenTaken = []
        for callback in callbacks { callback() }
    }
}
