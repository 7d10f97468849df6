/// How long each step of making a connection took, and what it led to.
package struct ConnectionTimes: Sendable, Hashable {
    /// The IP address that answered; behind a jump host, what that one was asked to connect to.
    package var address: String
    /// Looking up the name; none where an address was given, or a jump host looks it up.
    package var lookup: Duration?
    /// Connecting by TCP, or opening the tunnel through the jump host, that one's own connection included.
    package var connect: Duration = .zero
    /// Exchanging banners and keys.
    package var handshake: Duration = .zero
    /// Logging in.
    package var authentication: Duration = .zero

    /// Makes times of a connection that is still to be made.
    init(address: String) {
        self.address = address
    }
}
