import FoundationEssentials
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A known_hosts file held open and locked, to add lines at its end; nothing that stands in it is ever rewritten.
struct KnownHostsAppender: ~Copyable {
    private let file: FilePath
    private let descriptor: FileDescriptor

    /// Opens the file, which is made where it does not exist, and waits up to three seconds for the lock.
    static func open(_ file: FilePath) async throws(KnownHostsError) -> KnownHostsAppender {
        let appender: KnownHostsAppender
        do {
            try makeFolder(of: file)
            let descriptor = try FileDescriptor.open(
                file,
                .writeOnly,
                options: [.append, .create, .closeOnExec],
                permissions: .ownerReadWrite
            )
            appender = KnownHostsAppender(file: file, descriptor: descriptor)
        } catch {
            throw KnownHostsError(message: "cannot write \(file): \(error)")
        }
        try await appender.lock()
        return appender
    }

    private init(file: FilePath, descriptor: FileDescriptor) {
        self.file = file
        self.descriptor = descriptor
    }

    deinit {
        // Closing also unlocks.
        try? descriptor.close()
    }

    /// Adds a line at the end of the file, which has these bytes.
    ///
    /// - Returns: the bytes that it has then.
    borrowing func append(line: String, to contents: [UInt8]) throws(KnownHostsError) -> [UInt8] {
        let newline = UInt8(ascii: "\n")
        let isCut = contents.last.map { $0 != newline } ?? false
        let bytes = Array(((isCut ? "\n" : "") + line + "\n").utf8)
        do {
            // One write, so that a reader never sees half a line.
            try descriptor.writeAll(bytes)
        } catch {
            throw KnownHostsError(message: "cannot write \(file): \(error)")
        }
        return contents + bytes
    }

    private borrowing func lock() async throws(KnownHostsError) {
        var tries = 0
        while flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 {
            tries += 1
            guard tries < 150 else { throw KnownHostsError(message: "\(file) is locked by another process") }
            do {
                // flock has no deadline of its own, and waiting inside it would hold a thread of the pool.
                try await Task.sleep(for: .milliseconds(20))
            } catch {
                throw KnownHostsError(message: "interrupted while \(file) was locked by another process")
            }
        }
    }

    private static func makeFolder(of file: FilePath) throws {
        let folder = file.removingLastComponent()
        guard !folder.isEmpty else { return }
        try FileManager.default.createDirectory(
            atPath: folder.string,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }
}
