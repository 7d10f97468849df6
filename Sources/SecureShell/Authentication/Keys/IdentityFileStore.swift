import Synchronization
import SystemPackage

/// Private key files by their paths, each read once for all hosts.
final class IdentityFileStore: Sendable {
    private let read = Mutex<[FilePath: IdentityFile]>([:])

    /// What is at a path.
    subscript(path: FilePath) -> IdentityFile {
        read.withLock { read in
            if let known = read[path] { return known }
            let file = IdentityFile(path: path)
            read[path] = file
            return file
        }
    }
}
