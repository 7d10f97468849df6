import Synchronization
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A place to write text to, at once and without buffering; once its reader is gone, it swallows the rest.
package final class OutputStream: Sendable {
    private let descriptor: FileDescriptor
    private let state = Mutex(State())

    private struct State {
        var isClosed = false
        var failure: Errno?
    }

    /// Makes a stream for an open descriptor.
    package init(_ descriptor: FileDescriptor) {
        _ = Self.brokenPipesAreErrors
        self.descriptor = descriptor
    }

    /// Writes text as it is.
    package func write(_ text: String) {
        write(Array(text.utf8))
    }

    /// Writes bytes as they are.
    package func write(_ bytes: [UInt8]) {
        state.withLock { state in
            guard !state.isClosed else { return }
            do {
                _ = try descriptor.writeAll(bytes)
            } catch {
                // `lockstep up | head`: the run goes on, and nobody reads of it.
                state.isClosed = true
                let reason = error as? Errno
                if reason != .brokenPipe { state.failure = reason ?? .ioError }
            }
        }
    }

    /// Why not everything was written; none where that was the reader's wish.
    package var failure: Errno? { state.withLock(\.failure) }

    /// This program's standard output.
    package static let standardOutput = OutputStream(.standardOutput)

    /// This program's standard error.
    package static let standardError = OutputStream(.standardError)

    /// A pipe whose reader is gone would otherwise end the program, and the run with it.
    private static let brokenPipesAreErrors: Void = {
        _ = signal(SIGPIPE, SIG_IGN)
    }()
}
