import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The right to be alone at something; it ends with its holder, however that ends.
enum LabLock {
    /// Changes a lab while no other process can; throws when one is at it.
    static func holding<Answer>(
        _ directory: LabDirectory,
        _ body: () async throws(LabError) -> Answer
    ) async throws(LabError) -> Answer {
        guard let lock = try tried(directory.lock) else {
            throw LabError(
                .busy,
                "another process is changing the lab in \(directory.path)",
                hint: "wait for it, or end it with Ctrl-C"
            )
        }
        defer { release(lock, directory.lock) }
        return try await body()
    }

    /// Does something that only one process of this machine may do at a time, once it is this one's turn.
    static func waitingFor<Answer>(
        _ path: FilePath,
        onWait: () -> Void,
        _ body: () async throws(LabError) -> Answer
    ) async throws(LabError) -> Answer {
        var lock = try tried(path)
        if lock == nil { onWait() }
        while lock == nil {
            do {
                try await Task.sleep(for: .milliseconds(250))
            } catch {
                throw LabError(.cancelled, "the wait for \(path) was interrupted")
            }
            lock = try tried(path)
        }
        defer { if let lock { release(lock, path) } }
        return try await body()
    }

    /// The locked file; nil while another process holds it.
    private static func tried(_ path: FilePath) throws(LabError) -> FileDescriptor? {
        while true {
            let file: FileDescriptor
            do {
                file = try FileDescriptor.open(
                    path,
                    .readWrite,
                    options: [.create, .closeOnExec],
                    permissions: [.ownerReadWrite]
                )
            } catch {
                throw LabError(.file, "\(path) cannot be opened: \(error)")
            }
            guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
                try? file.close()
                return nil
            }
            // The holder before removed this file on leaving; the lock of a file without a name locks nobody out.
            var held = stat()
            var named = stat()
            if fstat(file.rawValue, &held) == 0, stat(path.string, &named) == 0, held.st_ino == named.st_ino {
                return file
            }
            try? file.close()
        }
    }

    private static func release(_ lock: FileDescriptor, _ path: FilePath) {
        unlink(path.string)
        try? lock.close()
    }
}
