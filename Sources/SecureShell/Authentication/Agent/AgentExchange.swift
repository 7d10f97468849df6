import NIOCore

/// One question to an agent and its answer.
final class AgentExchange: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What OpenSSH's own agent and client take at most, in bytes.
    private static let longestAnswer = 256 << 10

    private let request: [UInt8]
    private let answer: EventLoopPromise<[UInt8]>
    private var received = ByteBuffer()

    /// Makes an exchange that keeps the promise with the answer, or with an `AgentError.Reason`.
    init(request: [UInt8], answer: EventLoopPromise<[UInt8]>) {
        self.request = request
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        var message = context.channel.allocator.buffer(capacity: request.count + 4)
        message.writeInteger(UInt32(request.count))
        message.writeBytes(request)
        context.writeAndFlush(wrapOutboundOut(message), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        guard let length = received.getInteger(at: received.readerIndex, as: UInt32.self).map({ Int($0) }) else {
            return
        }
        guard 1...Self.longestAnswer ~= length else { return answer.fail(AgentError.Reason.garbage) }
        if let message = received.getBytes(at: received.readerIndex + 4, length: length) { answer.succeed(message) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.fail(AgentError.Reason.closed)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(AgentError.Reason.closed)
    }
}
