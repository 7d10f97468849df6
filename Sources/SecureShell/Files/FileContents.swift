import FoundationEssentials
import SystemPackage

/// Reads small files whole.
enum FileContents {
    /// Why a file was not read.
    enum Failure: Error, Sendable, Hashable {
        /// There is no such file.
        case absent
        /// It is there; in a few words, what is wrong.
        case unreadable(String)
    }

    /// The bytes of a file.
    static func read(_ file: FilePath) throws(Failure) -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(filePath: file.string)))
        } catch let error as CocoaError {
            switch error.code {
            case .fileReadNoSuchFile: throw .absent
            case .fileReadNoPermission: throw .unreadable("permission denied")
            default: throw .unreadable("it is not a readable file")
            }
        } catch {
            throw .unreadable("\(error)")
        }
    }
}
