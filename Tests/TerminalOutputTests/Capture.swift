import Foundation
import LockstepTestSupport
import SystemPackage
import TerminalOutput
import Testing

/// What `body` writes to a stream.
func captured(_ body: (TerminalOutput.OutputStream) async throws -> Void) async throws -> String {
    try await TemporaryDirectory.with { directory in
        let file = try FileDescriptor.open(
            directory.path.appending("output"),
            .writeOnly,
            options: .create,
            permissions: .ownerReadWrite
        )
        try await file.closeAfter { try await body(TerminalOutput.OutputStream(file)) }
        return try directory.text("output")
    }
}

extension FileDescriptor {
    /// Closes the descriptor when `body` has ended, however that was.
    fileprivate func closeAfter(_ body: () async throws -> Void) async throws {
        defer { try? close() }
        try await body()
    }
}

/// The text of a file in `Fixtures`.
func golden(_ name: String) throws -> String {
    let folder = try #require(Bundle.module.resourceURL)
    return try String(contentsOf: folder.appending(path: "Fixtures/\(name)"), encoding: .utf8)
}
