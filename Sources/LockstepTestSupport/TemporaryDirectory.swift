import Foundation
package import SystemPackage

/// A folder that a test owns; it is gone after the test, however that ends.
package struct TemporaryDirectory: Sendable {
    /// Where it is.
    package let path: FilePath

    /// Lends a new folder with a name that no other has; it is short, as a socket's path may have 108 bytes only.
    @discardableResult
    package static func with<Value>(
        _ body: (TemporaryDirectory) async throws -> Value
    ) async throws -> Value {
        let base = FilePath(FileManager.default.temporaryDirectory.path)
        let directory = TemporaryDirectory(
            path: base.appending("lockstep-\(String(UInt64.random(in: .min ... .max), radix: 36))")
        )
        try FileManager.default.createDirectory(
            atPath: directory.path.string,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(atPath: directory.path.string) }
        return try await body(directory)
    }

    /// Writes a file into the folder.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> FilePath {
        let file = path.appending(name)
        try Data(text.utf8).write(to: URL(filePath: file.string))
        return file
    }

    /// Reads a file of the folder; `nil` when there is none.
    package func read(_ name: String) -> String? {
        FileManager.default.contents(atPath: path.appending(name).string).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The path of something in the folder, as text.
    package subscript(name: String) -> String { path.appending(name).string }

    /// The text of a file of the folder.
    package func text(_ name: String) throws -> String {
        try String(contentsOfFile: self[name], encoding: .utf8)
    }
}
