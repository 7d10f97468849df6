import Glibc
import SystemPackage

/// All that is below a directory, as values that can be compared. It is read without starting programs, as tests do so
/// again and again until two trees are equal.
enum Tree {
    /// What a name stands for.
    struct Entry: Hashable {
        /// The path below the directory, in bytes.
        var path: FilePath
        /// The kind and the rights.
        var mode: mode_t
        /// Where a link leads to, or what a file holds.
        var content: [UInt8]
    }

    /// Reads a directory; rsync's own temporary files are a part of it, and what goes meanwhile is not there.
    static func read(_ directory: String) -> Set<Entry> {
        let root = FilePath(directory)
        var entries: Set<Entry> = []
        var open = [FilePath("")]
        while let folder = open.popLast() {
            for name in names(in: root.pushing(folder)) {
                let path = folder.appending(name)
                let place = root.pushing(path)
                var status = stat()
                guard place.withPlatformString({ lstat($0, &status) }) == 0 else { continue }
                let kind = status.st_mode & S_IFMT
                if kind == S_IFDIR { open.append(path) }
                let content = kind == S_IFREG ? bytes(of: place) : kind == S_IFLNK ? link(at: place) : []
                entries.insert(Entry(path: path, mode: status.st_mode, content: content))
            }
        }
        return entries
    }

    private static func names(in folder: FilePath) -> [FilePath.Component] {
        guard let stream = folder.withPlatformString(opendir) else { return [] }
        defer { closedir(stream) }
        var names: [FilePath.Component] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath.Component(platformString: $0) }
            }
            if let name, name.kind == .regular { names.append(name) }
        }
        return names
    }

    private static func bytes(of file: FilePath) -> [UInt8] {
        guard let file = try? FileDescriptor.open(file, .readOnly) else { return [] }
        defer { try? file.close() }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while let count = try? chunk.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 {
            bytes += chunk.prefix(count)
        }
        return bytes
    }

    private static func link(at place: FilePath) -> [UInt8] {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = place.withPlatformString { readlink($0, &bytes, bytes.count) }
        return bytes.prefix(max(0, count)).map(UInt8.init(bitPattern:))
    }
}
