import LockstepTestSupport

/// All that is below a directory, as values that can be compared: names as bytes, kinds, modes, links and contents.
enum Tree {
    /// Reads a directory; rsync's own temporary files are a part of it.
    static func read(_ path: String) async throws -> [[UInt8]] {
        let result = try await LocalProgram.shell(
            """
            cd "$1" || exit
            find . -mindepth 1 -printf '%y %m %l %P\\0'
            find . -type f -exec sha256sum --zero -- {} +
            """,
            path
        )
        return result.bytes.split(separator: 0).map(Array.init).sorted { $0.lexicographicallyPrecedes($1) }
    }
}
