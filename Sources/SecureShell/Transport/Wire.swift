import NIOCore
import RemoteHost

/// What carries a session's bytes to the host and back: a TCP connection, or a tunnel through another host.
///
/// It lives on one event loop, and is used there only.
protocol Wire: AnyObject {
    /// The event loop that it and its session live on.
    var eventLoop: any EventLoop { get }
    /// Whether it takes more bytes at the moment.
    var isWritable: Bool { get }
    /// Sends bytes.
    func send(_ bytes: ByteBuffer)
    /// Closes it at once, without a word.
    func close()
    /// Sends the last bytes and closes it, at the latest when the time is over.
    func close(after farewell: ByteBuffer, within limit: Duration)
}
