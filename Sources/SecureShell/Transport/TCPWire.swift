import NIOCore
import RemoteHost

/// A TCP connection as the wire of a session.
final class TCPWire: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The session on it.
    let session: SSHSession
    private let channel: any Channel

    /// Makes a wire of a connection that is about to be made.
    init(_ channel: any Channel, session: SSHSession) {
        self.channel = channel
        self.session = session
    }

    func handlerAdded(context: ChannelHandlerContext) {
        session.attach(to: self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        session.wireEnded()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        session.wireReceived(unwrapInboundIn(data))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        session.wireChanged()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        session.wireChanged()
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        session.wireEnded()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        session.wireEnded()
    }
}

extension TCPWire: Wire {
    var eventLoop: any EventLoop { channel.eventLoop }
    var isWritable: Bool { channel.isWritable }

    func send(_ bytes: ByteBuffer) {
        channel.writeAndFlush(bytes, promise: nil)
    }

    func close() {
        channel.close(promise: nil)
    }

    func close(after farewell: ByteBuffer, within limit: Duration) {
        let channel = channel
        let patience = channel.eventLoop.scheduleTask(in: TimeAmount(limit)) { channel.close(promise: nil) }
        channel.writeAndFlush(farewell).whenComplete { _ in
            patience.cancel()
            channel.close(promise: nil)
        }
    }
}
