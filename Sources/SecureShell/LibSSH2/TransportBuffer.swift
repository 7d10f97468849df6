import CLibSSH2
import NIOCore

/// The two byte queues between libssh2 and the connection: libssh2 never sees a socket.
final class TransportBuffer {
    /// Bytes from the host that libssh2 has not taken yet.
    private(set) var inbound = ByteBuffer()
    /// Bytes for the host that were not written to the connection yet.
    private var outbound = ByteBuffer()
    /// The first bytes that ever came, to tell what answered when it was no SSH server.
    private(set) var firstBytes: [UInt8] = []
    /// How many bytes ever came, for telling whether any did.
    private(set) var receivedCount = 0
    /// What the host said when it ended the connection, once it has; made harmless for a message.
    fileprivate(set) var goodbye: String?
    /// Whether the connection is gone: from then on libssh2 can neither send nor wait.
    private(set) var isClosed = false

    /// Adds bytes that arrived.
    func receive(_ bytes: consuming ByteBuffer) {
        receivedCount &+= bytes.readableBytes
        if firstBytes.count < 80 { firstBytes += bytes.readableBytesView.prefix(80 - firstBytes.count) }
        if inbound.readableBytes == 0 {
            inbound = bytes
        } else {
            inbound.writeBuffer(&bytes)
        }
    }

    /// Takes what is to be sent, if there is anything.
    func takeOutbound() -> ByteBuffer? {
        guard outbound.readableBytes > 0 else { return nil }
        defer { outbound = ByteBuffer() }
        return outbound
    }

    /// Makes every later call of libssh2 end at once.
    func close() {
        isClosed = true
        inbound.clear()
        outbound.clear()
    }

    /// Gives libssh2 up to that many bytes, or the answer that there are none.
    fileprivate func read(into target: UnsafeMutableRawBufferPointer) -> Int {
        guard !isClosed else { return lockstep_connection_gone() }
        let count = min(inbound.readableBytes, target.count)
        guard count > 0 else { return lockstep_nothing_yet() }
        unsafe inbound.readWithUnsafeReadableBytes { source in
            unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source.prefix(count)))
            return count
        }
        return count
    }

    /// Takes all of libssh2's bytes: a part would make every other call of the session wait for the rest.
    fileprivate func write(_ source: UnsafeRawBufferPointer) -> Int {
        guard !isClosed else { return lockstep_connection_gone() }
        unsafe outbound.writeBytes(source)
        return source.count
    }
}

/// libssh2's send callback.
func sendToTransport(
    _ socket: Int32,
    _ bytes: UnsafeRawPointer?,
    _ count: Int,
    _ flags: Int32,
    _ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int {
    guard let transport = unsafe SessionContext.of(context)?.transport else { return lockstep_connection_gone() }
    return unsafe transport.write(UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : count))
}

/// libssh2's receive callback.
func receiveFromTransport(
    _ socket: Int32,
    _ bytes: UnsafeMutableRawPointer?,
    _ count: Int,
    _ flags: Int32,
    _ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int {
    guard let transport = unsafe SessionContext.of(context)?.transport else { return lockstep_connection_gone() }
    return unsafe transport.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: bytes == nil ? 0 : count))
}

/// libssh2's disconnect callback.
func noteGoodbye(
    _ session: OpaquePointer?,
    _ reason: Int32,
    _ message: UnsafePointer<CChar>?,
    _ messageCount: Int32,
    _ language: UnsafePointer<CChar>?,
    _ languageCount: Int32,
    _ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) {
    let bytes = unsafe UnsafeRawBufferPointer(start: message, count: message == nil ? 0 : max(0, Int(messageCount)))
    let text = unsafe String(decoding: bytes.prefix(200), as: UTF8.self)
    unsafe SessionContext.of(context)?.transport.goodbye = text.withoutControlCharacters
}
