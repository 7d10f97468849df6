import FleetRunner
import Foundation
import INIFile
import Provisioning
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Files of hosts below a folder of this machine: DIR/HOST/PATH.
///
/// A file of which something is only known after apply gets the ending `.incomplete`, so that nobody takes it for what the
/// host will have; one of which nothing is known is left out.
struct RenderedTree {
    /// The folder.
    let root: FilePath

    /// What becomes of a file.
    enum Action: String, Sendable, Hashable {
        /// It is not there yet.
        case write
        /// It is there, and differs.
        case replace
        /// It is there, as it should be.
        case keep
    }

    /// A file that is due, and its place.
    struct Entry: Sendable, Hashable {
        /// The file.
        var file: HostFile
        /// Where it will stand.
        var path: FilePath
        /// What will be in it.
        var text: String
        /// Its permission bits; whom it belongs to is not set.
        var mode: Int
        /// What becomes of it.
        var action: Action
    }

    /// Looks at what is there.
    ///
    /// - Throws: `CommandFailure` where a place is not one that this may write to.
    func entries(for files: [HostFile]) throws(CommandFailure) -> [Entry] {
        var entries: [Entry] = []
        for file in files {
            guard let text = file.file.writtenText else { continue }
            let path = try place(of: file)
            // What runs as somebody else on a host has no business doing so here.
            var entry = Entry(file: file, path: path, text: text, mode: file.file.mode & 0o777, action: .write)
            if let present = try present(at: path) {
                let isSame = present.text == Array(text.utf8) && present.mode == entry.mode
                entry.action = isSame ? .keep : present.text == Array(text.utf8) ? .write : .replace
            }
            entries.append(entry)
        }
        return entries
    }

    /// Writes what has to be written, each file in one step.
    func write(_ entries: [Entry]) throws(CommandFailure) {
        for entry in entries where entry.action != .keep {
            do {
                try FileManager.default.createDirectory(
                    atPath: entry.path.removingLastComponent().string,
                    withIntermediateDirectories: true
                )
                try replace(entry)
            } catch {
                let reason = (error as? Errno)?.description ?? error.localizedDescription
                throw CommandFailure("\(entry.path) cannot be written: \(reason)", exitCode: RunExitCode.output)
            }
        }
    }

    private func replace(_ entry: Entry) throws {
        let fresh = FilePath("\(entry.path).\(String(UInt64.random(in: .min ... .max), radix: 36))")
        let file = try FileDescriptor.open(
            fresh,
            .writeOnly,
            options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
            permissions: .ownerReadWrite
        )
        do {
            try file.closeAfter { _ = try file.writeAll(entry.text.utf8) }
            guard chmod(fresh.string, mode_t(entry.mode)) == 0, rename(fresh.string, entry.path.string) == 0 else {
                throw Errno(rawValue: errno)
            }
        } catch {
            unlink(fresh.string)
            throw error
        }
    }

    // MARK: - Places

    /// Where a file of a host stands: below the folder, whatever its name.
    private func place(of file: HostFile) throws(CommandFailure) -> FilePath {
        let ending = file.file.whole == nil ? ".incomplete" : ""
        let names = [file.host] + (file.file.path + ending).split(separator: "/").map(String.init)
        var path = root
        for name in names {
            guard let component = FilePath.Component(name), component.kind == .regular else {
                throw CommandFailure("\(quoted(file.file.path)) of \(file.host) has no place below \(root)")
            }
            if path != root { try expectFolder(path) }
            path.append(component)
        }
        return path
    }

    /// Refuses what leads out of the folder.
    private func expectFolder(_ path: FilePath) throws(CommandFailure) {
        var status = stat()
        guard lstat(path.string, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw CommandFailure("\(path) is there, and it is no folder", hint: "move it away, or choose another --out")
        }
    }

    /// What stands at a place; none where there is nothing.
    private func present(at path: FilePath) throws(CommandFailure) -> (text: [UInt8], mode: Int)? {
        var status = stat()
        guard lstat(path.string, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CommandFailure("\(path) is there, and it is no file", hint: "move it away, or choose another --out")
        }
        guard let data = FileManager.default.contents(atPath: path.string) else {
            throw CommandFailure("\(path) cannot be read", hint: "may you read it?")
        }
        return (Array(data), Int(status.st_mode & 0o7777))
    }
}

extension WantedFile {
    /// What is written of the file: all of it, or the lines that it will have; none where nothing is known.
    fileprivate var writtenText: String? {
        switch content {
        case .whole(let text): text
        case .lines: shownContent
        case .madeThere: nil
        }
    }
}
