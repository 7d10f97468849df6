import Synchronization
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A place to write text to; once its reader is gone, it swallows the rest.
///
/// A file is written at once. A reader at the end of a pipe, or at a terminal, may pause: who writes does not wait for one,
/// and `drain` waits until all was read.
package final class OutputStream: Sendable {
    private let descriptor: FileDescriptor
    /// What waits for the reader; none where there is no reader who could pause.
    private let queue: OutputQueue?
    private let state = Mutex(State())

    private struct State {
        var isClosed = false
        var failure: Errno?
    }

    /// Makes a stream for an open descriptor.
    package convenience init(_ descriptor: FileDescriptor) {
        self.init(descriptor, queue: Self.mayPause(descriptor) ? OutputQueue() : nil)
    }

    /// Makes a stream for a conversation: who asks there waits for the reader, so that no question overtakes what was told.
    package convenience init(waitingFor descriptor: FileDescriptor) {
        self.init(descriptor, queue: nil)
    }

    private init(_ descriptor: FileDescriptor, queue: OutputQueue?) {
        _ = Self.brokenPipesAreErrors
        self.descriptor = descriptor
        self.queue = queue
    }

    /// Writes text as it is.
    package func write(_ text: String) {
        write(Array(text.utf8))
    }

    /// Writes bytes as they are.
    package func write(_ bytes: [UInt8]) {
        if let queue { queue.add(bytes, isFrame: false, to: self) } else { writeNow(bytes) }
    }

    /// Writes a state of a line that moves; a later one may take its place where the reader is behind.
    package func write(frame text: String) {
        let bytes = Array(text.utf8)
        if let queue { queue.add(bytes, isFrame: true, to: self) } else { writeNow(bytes) }
    }

    /// Waits until the reader has taken all that was written, or is gone.
    package func drain() async {
        await queue?.drain()
    }

    /// Waits until the readers of both standard streams have taken all that was written.
    package static func drainStandardStreams() async {
        await standardOutput.drain()
        await standardError.drain()
    }

    /// Writes bytes, and waits for the reader.
    func writeNow(_ bytes: [UInt8]) {
        guard !state.withLock(\.isClosed) else { return }
        do {
            _ = try descriptor.writeAll(bytes)
        } catch {
            // `lockstep up | head`: the run goes on, and nobody reads of it.
            let reason = error as? Errno
            state.withLock { state in
                state.isClosed = true
                if reason != .brokenPipe { state.failure = reason ?? .ioError }
            }
        }
    }

    /// Why not everything was written; none where that was the reader's wish.
    package var failure: Errno? { state.withLock(\.failure) }

    /// This program's standard output.
    package static let standardOutput = OutputStream(.standardOutput)

    /// This program's standard error. Where both lead to one place, what was written first comes first.
    package static let standardError: OutputStream = {
        let isSame = OutputStream.place(of: .standardError) == OutputStream.place(of: .standardOutput)
        return isSame ? OutputStream(.standardError, queue: standardOutput.queue) : OutputStream(.standardError)
    }()

    /// Whether whoever reads there may stop for a while.
    private static func mayPause(_ descriptor: FileDescriptor) -> Bool {
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0 else { return false }
        let kind = status.st_mode & S_IFMT
        return kind == S_IFIFO || kind == S_IFSOCK || isatty(descriptor.rawValue) == 1
    }

    /// What tells the file behind a descriptor from all others; none where it is closed.
    private static func place(of descriptor: FileDescriptor) -> [UInt64]? {
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0 else { return nil }
        return [UInt64(status.st_dev), UInt64(status.st_ino)]
    }

    /// A pipe whose reader is gone would otherwise end the program, and the run with it.
    private static let brokenPipesAreErrors: Void = {
        _ = signal(SIGPIPE, SIG_IGN)
    }()
}
