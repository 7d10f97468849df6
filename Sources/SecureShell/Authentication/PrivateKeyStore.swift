import Synchronization
import SystemPackage

/// Private keys by their paths, each file read once for all hosts.
final class PrivateKeyStore: Sendable {
    private let defaults: [FilePath]
    private let read = Mutex<[FilePath: Result<PrivateKey, PrivateKeyError>]>([:])

    /// Makes a store.
    ///
    /// - Parameter defaults: the files to offer where a host names none; those that do not exist are passed over.
    init(defaults: [FilePath]) {
        self.defaults = defaults
    }

    /// The keys to offer, in order: the named ones and no others, or the default ones where none is named.
    func keys(named paths: [FilePath]) throws(PrivateKeyError) -> [PrivateKey] {
        guard paths.isEmpty else {
            var keys: [PrivateKey] = []
            for path in paths { keys.append(try key(at: path).get()) }
            return keys
        }
        let results = defaults.map(key)
        let keys = results.compactMap { try? $0.get() }
        // A default key that is absent is no mistake; where none is of use, one that is there says why.
        if keys.isEmpty {
            for case .failure(let error) in results where error.reason != .absent { throw error }
        }
        return keys
    }

    private func key(at path: FilePath) -> Result<PrivateKey, PrivateKeyError> {
        read.withLock { read in
            if let known = read[path] { return known }
            let result = Self.load(path)
            read[path] = result
            return result
        }
    }

    private static func load(_ path: FilePath) -> Result<PrivateKey, PrivateKeyError> {
        let contents: [UInt8]
        do {
            contents = try FileContents.read(path)
        } catch {
            switch error {
            case .absent: return .failure(PrivateKeyError(path: path, reason: .absent))
            case .unreadable(let why): return .failure(PrivateKeyError(path: path, reason: .unreadable(why)))
            }
        }
        return Result { () throws(PrivateKeyError) in try PrivateKey(path: path, contents: contents) }
    }
}
