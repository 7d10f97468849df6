/// Why a command on a host has no result.
package struct RemoteHostError: Error, Sendable, Hashable {
    /// What kind of failure this is; decides outcome and exit code.
    package var code: Code
    /// What failed, in one line, without the host's name.
    package var message: String
    /// What to try next, in one line.
    package var hint: String?
    /// Whether only this command was not begun, and the connection is as good as before.
    package var keepsConnection: Bool

    /// The kinds of failure.
    package enum Code: Sendable, Hashable {
        /// No connection: refused, no route, name unknown, closed early, not an SSH server.
        case unreachable
        /// The host's key is unknown, changed or revoked.
        case hostKeyRefused
        /// The host took none of the offered ways to log in.
        case authenticationFailed
        /// The host did not start a shell with the wanted rights.
        case shellRefused
        /// A deadline passed.
        case timedOut
        /// The connection was lost after it had been made.
        case connectionLost
        /// The run was interrupted.
        case cancelled
    }

    /// Makes an error.
    package init(_ code: Code, _ message: String, hint: String? = nil, keepsConnection: Bool = false) {
        self.code = code
        self.message = message
        self.hint = hint
        self.keepsConnection = keepsConnection
    }
}
