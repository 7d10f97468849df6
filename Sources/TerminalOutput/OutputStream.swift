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
    private let isClosed = Mutex(false)

    /// Makes a stream for an open descriptor.
    package init(_ descriptor: FileDescriptor) {
        _ = Self.brokenPipesAreErrors
        self.descriptor = descriptor
    }

    /// Writes text as it is.
    package func write(_ text: String) {
        isClosed.withLock { isClosed in
            guard !isClosed else { return }
            do {
                _ = try descriptor.writeAll(Array(text.utf8))
            } catch {
                // `lockstep up | head`: the run goes on, and nobody reads of it.
                isClosed = true
            }
        }
    }

    /// A pipe whose reader is gone would otherwise end the program, and the run with it.
    private static let brokenPipesAreErrors: Void = {
        _ = signal(SIGPIPE, SIG_IGN)
    }()
}
