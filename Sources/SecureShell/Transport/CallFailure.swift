import RemoteHost

/// Why a call on a session gave nothing.
enum CallFailure: Error, Sendable, Hashable {
    /// libssh2 or the host said no; the connection may still be good.
    case refused(LibSSH2Error)
    /// The connection has ended.
    case ended(RemoteHostError)
}
