import Foundation
import SystemPackage

/// A file that an inventory is written to: whole, or not at all.
struct InventoryDestination: Sendable {
    /// Where it is, as the user gave it.
    let path: FilePath

    /// What stands there.
    enum Occupant: Sendable, Hashable {
        /// Nothing, or nothing that can be seen.
        case nothing
        /// A file, perhaps behind a link.
        case file
        /// Something that is no file, such as a folder.
        case other
    }

    /// Why a file was not written.
    enum Failure: Error, Hashable {
        /// The system refused.
        case refused(Errno)
        /// It may be written, but not in its owner's name.
        case ownerWouldChange
        /// Somebody else has written it since it was read.
        case changedMeanwhile

        /// The reason in words that fit behind a colon.
        var reason: String {
            switch self {
            case .refused(let error): "\(error)"
            case .ownerWouldChange: "it would not keep its owner"
            case .changedMeanwhile: "it has changed since it was read"
            }
        }
    }

    /// What stands there now.
    var occupant: Occupant {
        var info = stat()
        guard lstat(path.string, &info) == 0 else { return .nothing }
        guard stat(path.string, &info) == 0 else { return .other }
        return info.st_mode & S_IFMT == S_IFREG ? .file : .other
    }

    /// Makes the file; one that is there stays, also if it came a moment ago.
    func create(_ bytes: [UInt8]) throws(Failure) {
        try write(bytes, beside: path, keeping: nil) { temporary throws(Failure) in
            guard link(temporary.string, path.string) == 0 else { throw .refused(Errno(rawValue: errno)) }
            unlink(temporary.string)
        }
    }

    /// Replaces the file, or the one that it is a link to; owner and mode stay.
    ///
    /// - Parameter before: what has to be there still.
    func replace(_ bytes: [UInt8], expecting before: [UInt8]? = nil) throws(Failure) {
        guard let resolved = realpath(path.string, nil) else { throw .refused(Errno(rawValue: errno)) }
        let file = FilePath(String(cString: resolved))
        free(resolved)
        var info = stat()
        guard stat(file.string, &info) == 0 else { throw .refused(Errno(rawValue: errno)) }
        try write(bytes, beside: file, keeping: info) { temporary throws(Failure) in
            if let before, FileManager.default.contents(atPath: file.string).map(Array.init) != before {
                throw .changedMeanwhile
            }
            guard rename(temporary.string, file.string) == 0 else { throw .refused(Errno(rawValue: errno)) }
        }
    }

    /// Writes a temporary file in the same folder and lets `place` put it where it belongs; it is gone when that fails.
    private func write(
        _ bytes: [UInt8],
        beside file: FilePath,
        keeping info: stat?,
        _ place: (FilePath) throws(Failure) -> Void
    ) throws(Failure) {
        // No signal leaves half of it behind.
        let watch = SignalWatch()
        defer { watch.stop() }
        let temporary = file.removingLastComponent()
            .appending(".lockstep-\(String(UInt64.random(in: .min ... .max), radix: 36))")
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(
                temporary,
                .writeOnly,
                options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
        } catch {
            throw Failure(error)
        }
        do throws(Failure) {
            do {
                try descriptor.closeAfter {
                    _ = try descriptor.writeAll(bytes)
                    if let info { try Self.give(descriptor, ownerAndModeOf: info) }
                    guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
                }
            } catch {
                throw Failure(error)
            }
            try place(temporary)
        } catch {
            unlink(temporary.string)
            throw error
        }
    }

    private static func give(_ descriptor: FileDescriptor, ownerAndModeOf info: stat) throws {
        var own = stat()
        guard fstat(descriptor.rawValue, &own) == 0 else { throw Errno(rawValue: errno) }
        if own.st_uid != info.st_uid || own.st_gid != info.st_gid {
            guard fchown(descriptor.rawValue, info.st_uid, info.st_gid) == 0 else { throw Failure.ownerWouldChange }
        }
        // After the owner, who might lose some of it again.
        guard fchmod(descriptor.rawValue, info.st_mode & 0o7777) == 0 else { throw Errno(rawValue: errno) }
    }
}

extension InventoryDestination.Failure {
    fileprivate init(_ error: any Error) {
        self = error as? Self ?? .refused(error as? Errno ?? .ioError)
    }
}
