import Foundation
import Synchronization

/// Bytes on their way to a reader who may pause: a terminal, a pipe. Nobody who writes waits for that reader.
///
/// A thread of its own writes them while there are any: a blocking call on a task's thread would keep others from work.
final class OutputQueue: Sendable {
    private struct Piece {
        var bytes: [UInt8]
        var isFrame: Bool
        var stream: OutputStream
    }

    private struct State {
        var pieces: [Piece] = []
        var isWriting = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Adds bytes for a stream. A frame takes the place of one that has not been written yet, where nothing came between:
    /// of a line that moves only the latest state counts.
    func add(_ bytes: [UInt8], isFrame: Bool, to stream: OutputStream) {
        let begins = state.withLock { state in
            if isFrame, let last = state.pieces.last, last.isFrame, last.stream === stream {
                state.pieces.removeLast()
            }
            state.pieces.append(Piece(bytes: bytes, isFrame: isFrame, stream: stream))
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if begins { Thread.detachNewThread { [self] in writeAll() } }
    }

    /// Waits until all that was added is written.
    func drain() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.isWriting { state.waiters.append(continuation) }
                return !state.isWriting
            }
            if isEmpty { continuation.resume() }
        }
    }

    private func writeAll() {
        while let pieces = take() {
            for piece in pieces { piece.stream.writeNow(piece.bytes) }
        }
    }

    /// What is there to be written; none, once and for all, where there is nothing.
    private func take() -> [Piece]? {
        let (pieces, waiters) = state.withLock { state in
            guard state.pieces.isEmpty else {
                defer { state.pieces = [] }
                return (state.pieces, [CheckedContinuation<Void, Never>]())
            }
            state.isWriting = false
            defer { state.waiters = [] }
            return ([], state.waiters)
        }
        for waiter in waiters { waiter.resume() }
        return pieces.isEmpty ? nil : pieces
    }
}
