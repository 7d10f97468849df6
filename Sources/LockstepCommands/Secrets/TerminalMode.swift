#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How a terminal was set before it was told to hide what is typed.
struct TerminalMode {
    private let descriptor: Int32
    private var before = termios()

    /// Hides what is typed from now on, and hands on each key as it is pressed, Ctrl-C too; `nil` where this is no
    /// terminal.
    init?(hidingInputOf descriptor: Int32) {
        self.descriptor = descriptor
        guard tcgetattr(descriptor, &before) == 0 else { return nil }
        var hidden = before
        hidden.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | ISIG | IEXTEN)
        // What was typed before the question is no answer to it.
        guard tcsetattr(descriptor, TCSAFLUSH, &hidden) == 0 else { return nil }
    }

    /// Sets it as it was.
    func restore() {
        var mode = before
        tcsetattr(descriptor, TCSAFLUSH, &mode)
    }
}
