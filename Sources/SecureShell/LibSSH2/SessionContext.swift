import CLibSSH2
import RemoteHost

/// What libssh2's callbacks find behind their session.
final class SessionContext {
    /// Where the session's bytes come from and go to.
    let transport: TransportBuffer
    /// The answers to a host's questions, while a login is under way that may ask some.
    var conversation: PasswordConversation?

    /// Makes a context without a conversation.
    init(transport: TransportBuffer) {
        self.transport = transport
    }

    /// The context that a session was made with; the session holds it for as long as it can call.
    static func of(_ pointer: UnsafeMutablePointer<UnsafeMutableRawPointer?>?) -> SessionContext? {
        guard let pointer = unsafe pointer?.pointee else { return nil }
        return unsafe Unmanaged<SessionContext>.fromOpaque(pointer).takeUnretainedValue()
    }
}
