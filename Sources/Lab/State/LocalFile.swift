import FoundationEssentials
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Files of this machine: read, replaced in one step, removed.
enum LocalFile {
    /// A file's text; nil where there is no such file.
    static func textIfThere(_ path: FilePath) throws(LabError) -> String? {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                var bytes: [UInt8] = []
                let size = 64 << 10
                while true {
                    let piece = try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                        count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
                    }
                    if piece.isEmpty { return String(decoding: bytes, as: UTF8.self) }
                    bytes += piece
                }
            }
        } catch Errno.noSuchFileOrDirectory {
            return nil
        } catch {
            throw LabError(.file, "\(path) cannot be read: \(error)")
        }
    }

    /// Replaces a file's text; whoever reads meanwhile sees the old or the new one.
    static func write(
        _ text: String,
        to path: FilePath,
        permissions: FilePermissions = [.ownerReadWrite]
    ) throws(LabError) {
        let fresh = FilePath(path.string + ".new")
        do {
            let file = try FileDescriptor.open(
                fresh,
                .writeOnly,
                options: [.create, .truncate, .closeOnExec],
                permissions: permissions
            )
            try file.closeAfter { _ = try file.writeAll(text.utf8) }
        } catch {
            throw LabError(.file, "\(fresh) cannot be written: \(error)")
        }
        guard rename(fresh.string, path.string) == 0 else {
            throw LabError(.file, "\(path) cannot be replaced: \(Errno(rawValue: errno))")
        }
    }

    /// Whether there is anything of that name.
    static func exists(_ path: FilePath) -> Bool {
        FileManager.default.fileExists(atPath: path.string)
    }

    /// Makes a folder and those it stands in; returns the ones that were missing, outermost first.
    @discardableResult
    static func makeFolder(_ path: FilePath, permissions: Int = 0o755) throws(LabError) -> [FilePath] {
        var missing: [FilePath] = []
        var folder = path
        while !folder.isEmpty, !exists(folder) {
            missing.insert(folder, at: 0)
            folder.removeLastComponent()
        }
        do {
            try FileManager.default.createDirectory(
                atPath: path.string,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: permissions]
            )
        } catch {
            throw LabError(.file, "the folder \(path) cannot be made: \(error)")
        }
        return missing
    }

    /// Removes a file, or a folder with all that is in it; fine when there is none.
    static func remove(_ path: FilePath) throws(LabError) {
        guard exists(path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path.string)
        } catch {
            throw LabError(.file, "\(path) cannot be removed: \(error)")
        }
    }

    /// Removes a folder if nothing is in it.
    static func removeIfEmpty(_ folder: FilePath) {
        rmdir(folder.string)
    }
}
