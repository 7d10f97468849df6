/// How long each step of a connection may take; a command brings its own deadline.
package struct SSHDeadlines: Sendable, Hashable {
    /// Looking up the name and connecting by TCP.
    package var connect: Duration
    /// Exchanging banners and keys.
    package var handshake: Duration
    /// Logging in, with all keys that are offered.
    package var authentication: Duration
    /// Saying goodbye.
    package var close: Duration
    /// How long a host may be silent before it is asked whether it is there; four times that, and it is gone.
    package var silence: Duration

    /// Makes deadlines that suit hosts anywhere on the internet.
    package init(
        connect: Duration = .seconds(10),
        handshake: Duration = .seconds(10),
        authentication: Duration = .seconds(15),
        close: Duration = .seconds(3),
        silence: Duration = .seconds(15)
    ) {
        self.connect = connect
        self.handshake = handshake
        self.authentication = authentication
        self.close = close
        self.silence = silence
    }
}

extension Duration {
    /// The duration as people say it: "10 seconds", "1 second", "0.2 seconds".
    var spelledOut: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        if milliseconds == 1000 { return "1 second" }
        let tenths = (milliseconds + 50) / 100
        if milliseconds < 50 { return "\(milliseconds) ms" }
        return tenths % 10 == 0 ? "\(tenths / 10) seconds" : "\(tenths / 10).\(tenths % 10) seconds"
    }
}
