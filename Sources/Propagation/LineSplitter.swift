import Synchronization

/// Puts the lines of a command's output together from the pieces in which it arrives.
package final class LineSplitter: Sendable {
    private let rest = Mutex<[UInt8]>([])

    /// Begins with no output.
    package init() {}

    /// The lines that are complete with this piece, without their ends.
    package func lines(after piece: [UInt8]) -> [String] {
        rest.withLock { rest in
            rest += piece
            var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            rest = Array(lines.removeLast())
            return lines.map { String(decoding: $0, as: UTF8.self) }
        }
    }
}
