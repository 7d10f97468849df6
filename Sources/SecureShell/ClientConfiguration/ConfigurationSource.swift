import FoundationEssentials
import SystemPackage

/// Where configuration files are read from: the disk, or in tests a few texts.
package struct ConfigurationSource: Sendable {
    /// What there is at a path.
    package enum Content: Sendable, Hashable {
        /// Nothing.
        case absent
        /// Something that cannot be read; in a few words, why.
        case unreadable(String)
        /// A file; and whether somebody else than its reader and root may change it.
        case file([UInt8], isOpenToOthers: Bool)
    }

    /// What there is at a path.
    package var read: @Sendable (String) -> Content
    /// The names in a folder, in any order; none where there is no such folder.
    package var names: @Sendable (String) -> [String]

    /// Makes a source.
    package init(
        read: @escaping @Sendable (String) -> Content,
        names: @escaping @Sendable (String) -> [String] = { _ in [] }
    ) {
        self.read = read
        self.names = names
    }

    /// The disk, as the user of this number reads it.
    package static func disk(userNumber: UInt32) -> ConfigurationSource {
        ConfigurationSource(
            read: { path in
                var isFolder = false
                guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return .absent }
                // ssh reads nothing from a folder, and says nothing of it.
                if isFolder { return .file([], isOpenToOthers: false) }
                do throws(FileContents.Failure) {
                    return .file(try FileContents.read(FilePath(path)), isOpenToOthers: isOpen(path, userNumber))
                } catch {
                    switch error {
                    case .absent: return .absent
                    case .unreadable(let reason): return .unreadable(reason)
                    }
                }
            },
            names: { (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? [] }
        )
    }

    private static func isOpen(_ path: String, _ userNumber: UInt32) -> Bool {
        guard let resolved = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else {
            return isOpenItself(path, userNumber)
        }
        // The file counts, not the link to it.
        let target =
            resolved.hasPrefix("/")
            ? FilePath(resolved) : FilePath(path).removingLastComponent().pushing(FilePath(resolved))
        return isOpen(target.string, userNumber)
    }

    private static func isOpenItself(_ path: String, _ userNumber: UInt32) -> Bool {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return true }
        let mode = (attributes[.posixPermissions] as? Int) ?? 0o777
        let owner = (attributes[.ownerAccountID] as? Int) ?? -1
        return mode & 0o022 != 0 || (owner != 0 && owner != Int(userNumber))
    }
}
