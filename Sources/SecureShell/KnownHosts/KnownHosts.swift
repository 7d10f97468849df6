import Synchronization
package import SystemPackage

/// The host keys that people trust, read once and shared by all connections.
package final class KnownHosts: Sendable {
    /// The files, the one that new keys are added to first.
    package let files: [FilePath]
    private let contents: Mutex<KnownHostsContents>

    /// Reads the files; one that does not exist is empty.
    package init(files: [FilePath]) throws(KnownHostsError) {
        self.files = files
        var contents = KnownHostsContents()
        for file in files {
            let bytes = try Self.read(file)
            if file == files.first {
                contents.take(bytes, of: file)
            } else {
                contents.index.add(text: String(decoding: bytes, as: UTF8.self), file: file.string)
            }
        }
        self.contents = Mutex(contents)
    }

    /// The user's files and the system's, as ssh reads them.
    package static func standardFiles(home: FilePath) -> [FilePath] {
        (ClientOptions.standardUserKnownHostsFiles(home: home.string) + ClientOptions.standardGlobalKnownHostsFiles)
            .map { FilePath($0) }
    }

    /// What is known of a host before it has shown its key: what stands there under plain names.
    func knowledge(of host: HostNames) -> HostKnowledge {
        contents.withLock { $0.index }.knowledge(of: host, hashed: .none)
    }

    /// What is known of a host that has shown this key.
    func knowledge(of host: HostNames, showing key: HostKey) -> HostKnowledge {
        // A walk over hashed names takes long: a copy of the index lets many hosts do it at a time.
        contents.withLock { $0.index }.knowledge(of: host, showing: key)
    }

    /// All that is known of a host, also under hashed names; a walk over these takes long.
    func everything(of host: HostNames) -> HostKnowledge {
        contents.withLock { $0.index }.knowledge(of: host)
    }

    /// Records the key of a host that nothing is known of, in the first file and here.
    ///
    /// - Parameters:
    ///   - isHashed: whether the line shows the name's hash instead of the name.
    ///   - known: what is known of the host: nothing, but how much was looked at for that.
    /// - Returns: the verdict on the key that holds now. It is no match when somebody else, meanwhile, recorded another.
    /// - Throws: `KnownHostsError` when the file cannot be written; then nothing is remembered either.
    func record(
        _ key: HostKey,
        for host: HostNames,
        isHashed: Bool = false,
        knowing known: HostKnowledge
    ) async throws(KnownHostsError) -> HostKnowledge.Verdict {
        guard let file = files.first else { throw KnownHostsError(message: "there is no file to record host keys in") }
        let name = isHashed ? HashedName(hashing: host.recorded).field : host.recorded
        let line = "\(name) \(key.type) \(key.base64)"
        let appender = try await KnownHostsAppender.open(file)
        let bytes = try Self.read(file)
        return try contents.withLock { contents throws(KnownHostsError) in
            contents.take(bytes, of: file)
            // All that others wait for while the file is locked: what has been tried once is not tried again.
            let verdict = contents.index.knowledge(of: host, hashed: .after(known.hashedTried)).verdict(on: key)
            guard case .unknown = verdict else { return verdict }
            contents.take(try appender.append(line: line, to: bytes), of: file)
            return .match
        }
    }

    /// The bytes of a file; none where it does not exist.
    private static func read(_ file: FilePath) throws(KnownHostsError) -> [UInt8] {
        do {
            return try FileContents.read(file)
        } catch {
            switch error {
            case .absent: return []
            case .unreadable(let reason): throw KnownHostsError(message: "cannot read \(file): \(reason)")
            }
        }
    }
}

/// Why known_hosts could not be read or written.
package struct KnownHostsError: Error, Sendable, Hashable {
    /// What failed, in one line.
    package var message: String

    /// Makes an error.
    package init(message: String) {
        self.message = message
    }
}
