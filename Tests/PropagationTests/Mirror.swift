import FoundationEssentials

/// A replication that a test plays: it copies a source to a target again and again, as well as it can.
enum Mirror: Sendable {
    case faithful
    /// It only looks every so often.
    case slow(Duration)
    /// What is gone from the source stays in the target.
    case dropsDeletions
    /// Files are deleted, but no directory is.
    case keepsDirectories
    /// Files arrive without their last byte.
    case truncates
    /// The real rsync copies.
    case rsync(Rsync)
    /// Nothing arrives.
    case dead

    /// Copies until its task is cancelled.
    func run(from source: String, to target: String) async {
        var pause = Duration.milliseconds(25)
        if case .dead = self { return }
        if case .slow(let duration) = self { pause = duration }
        while !Task.isCancelled {
            // What vanishes meanwhile is gone in the next round.
            if case .rsync(let rsync) = self {
                await rsync.copy(from: source, to: target)
            } else {
                try? copy(from: source, to: target)
            }
            try? await Task.sleep(for: pause)
        }
    }

    private func copy(from source: String, to target: String) throws {
        let files = FileManager.default
        let names = try files.contentsOfDirectory(atPath: source)
        try files.createDirectory(atPath: target, withIntermediateDirectories: true)
        for name in names {
            let (from, to) = ("\(source)/\(name)", "\(target)/\(name)")
            var isDirectory = false
            guard files.fileExists(atPath: from, isDirectory: &isDirectory) else { continue }
            if isDirectory {
                try copy(from: from, to: to)
            } else if var bytes = files.contents(atPath: from) {
                if case .truncates = self { bytes.removeLast() }
                if files.contents(atPath: to) != bytes { try bytes.write(to: URL(filePath: to), options: .atomic) }
            }
        }
        if case .dropsDeletions = self { return }
        for name in try files.contentsOfDirectory(atPath: target) where !names.contains(name) {
            try delete("\(target)/\(name)")
        }
    }

    private func delete(_ path: String) throws {
        let files = FileManager.default
        var isDirectory = false
        guard case .keepsDirectories = self, files.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory
        else {
            return try files.removeItem(atPath: path)
        }
        for name in try files.contentsOfDirectory(atPath: path) { try delete("\(path)/\(name)") }
    }
}
