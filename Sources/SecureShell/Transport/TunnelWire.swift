import NIOCore
import RemoteHost

/// A channel through one host to another, as the wire of that other one's session.
final class TunnelWire {
    /// Ends the tunnel when the session that it leads through ends; nothing has a deadline here.
    let operation: Operation
    /// Done when nothing goes through any more; the channel itself may be closed later.
    let closeFuture: EventLoopFuture<Void>
    let eventLoop: any EventLoop

    /// How many bytes wait at most before the session is asked to pause.
    private static let highWater = 1 << 18

    private let channel: ChannelHandle
    private let inner: SSHSession
    private weak var outer: SSHSession?
    private let closing: EventLoopPromise<Void>
    private var outgoing = ByteBuffer()
    private var stage = Stage.open
    private var patience: Scheduled<Void>?

    private enum Stage {
        case open
        /// What waits is still sent, nothing is read any more.
        case draining
        case closing
        case closed
    }

    /// Takes over an open channel.
    init(channel: consuming ChannelHandle, inner: SSHSession, outer: SSHSession, eventLoop: any EventLoop) {
        self.channel = channel
        self.inner = inner
        self.outer = outer
        self.eventLoop = eventLoop
        let closing = eventLoop.makePromise(of: Void.self)
        self.closing = closing
        closeFuture = closing.futureResult
        operation = Operation(id: OperationID()) { error in
            inner.end(because: error)
            closing.succeed()
        }
    }

    private func finish() {
        guard stage != .closed else { return }
        stage = .closed
        patience?.cancel()
        operation.finish()
        closing.succeed()
    }
}

extension TunnelWire: Wire {
    var isWritable: Bool { outgoing.readableBytes < Self.highWater }

    func send(_ bytes: ByteBuffer) {
        outgoing.writeImmutableBuffer(bytes)
        outer?.wireChanged()
    }

    func close() {
        guard stage != .closed else { return }
        stage = .closing
        patience?.cancel()
        // The jump host may close the channel much later, or never; nobody waits for that.
        closing.succeed()
        outer?.wireChanged()
    }

    func close(after farewell: ByteBuffer, within limit: Duration) {
        guard stage == .open else { return }
        stage = .draining
        patience = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limit)) { [weak self] in self?.close() }
        send(farewell)
    }
}

extension TunnelWire: ChannelActivity {
    var canListen: Bool { channel.canListen }

    func listen() -> LibSSH2Error? {
        if case .failed(let error) = channel.listen() { error } else { nil }
    }

    func advance(mayWrite: Bool, scratch: inout ByteBuffer) -> ActivityProgress {
        do throws(LibSSH2Error) {
            var moved = false
            if mayWrite, stage == .open || stage == .draining { moved = try writeOutgoing() }
            if stage == .open { moved = try readIncoming(scratch: &scratch) || moved }
            if stage == .draining, outgoing.readableBytes == 0 { stage = .closing }
            guard stage == .closing else { return moved ? .moved : .idle }
            switch channel.close() {
            case .wouldBlock: return moved ? .moved : .idle
            case .failed(let error): throw error
            case .done:
                finish()
                return .ended
            }
        } catch {
            return .broken(error)
        }
    }

    private func writeOutgoing() throws(LibSSH2Error) -> Bool {
        let wasFull = !isWritable
        var moved = false
        loop: while outgoing.readableBytes > 0 {
            switch channel.write(outgoing) {
            case .done(let count) where count > 0:
                outgoing.moveReaderIndex(forwardBy: count)
                moved = true
            case .done, .wouldBlock: break loop
            case .failed(let error): throw error
            }
        }
        if outgoing.readableBytes == 0 { outgoing.clear() }
        if wasFull, isWritable { inner.wireChanged() }
        return moved
    }

    private func readIncoming(scratch: inout ByteBuffer) throws(LibSSH2Error) -> Bool {
        var moved = false
        loop: while true {
            scratch.clear()
            switch channel.read(.standardOutput, into: &scratch) {
            case .done(let count) where count > 0:
                inner.wireReceived(ByteBuffer(bytes: scratch.readableBytesView))
                moved = true
            case .done, .wouldBlock: break loop
            case .failed(let error): throw error
            }
        }
        if moved { inner.wireChanged() }
        if stage == .open, channel.isAtEndOfFile {
            inner.wireEnded()
            // The session has closed it in turn, unless it had ended before.
            if stage == .open { stage = .closing }
            moved = true
        }
        return moved
    }
}
