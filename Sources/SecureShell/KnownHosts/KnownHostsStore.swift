import Synchronization
import SystemPackage

/// Sets of known_hosts files, each read once for all hosts that it speaks of.
final class KnownHostsStore: Sendable {
    private let standard: KnownHosts
    private let others = Mutex<[[FilePath]: Result<KnownHosts, KnownHostsError>]>([:])

    /// Makes a store.
    ///
    /// - Parameter standard: the host keys to trust where a host's rule names no files.
    init(standard: KnownHosts) {
        self.standard = standard
    }

    /// The host keys in these files, or the standard ones where no file is named.
    func knownHosts(in files: [FilePath]) throws(KnownHostsError) -> KnownHosts {
        if files.isEmpty || files == standard.files { return standard }
        return try others.withLock { others in
            if let known = others[files] { return known }
            let result = Result { () throws(KnownHostsError) in try KnownHosts(files: files) }
            others[files] = result
            return result
        }.get()
    }
}
