import NIOCore

/// What goes on over an open channel of a session, next to others: a command, or a tunnel.
protocol ChannelActivity: AnyObject {
    /// Whoever waits for it.
    var operation: Operation { get }
    /// Moves what can be moved.
    ///
    /// - Parameters:
    ///   - mayWrite: whether the connection takes more bytes at the moment.
    ///   - scratch: room to read into, shared by the activities of a session.
    func advance(mayWrite: Bool, scratch: inout ByteBuffer) -> ActivityProgress
    /// Whether its channel, now that it is over, can listen for the connection as a whole.
    var canListen: Bool { get }
    /// Takes in what the host says while nothing goes on; what is wrong with the connection, if anything is.
    func listen() -> LibSSH2Error?
}

/// How far a try to go on came.
enum ActivityProgress {
    /// Nothing moved: more must arrive first.
    case idle
    /// Something moved, and more may.
    case moved
    /// It is over; whoever waited has the result.
    case ended
    /// The session is of no use any more, for this activity and all others.
    case broken(LibSSH2Error)
}
