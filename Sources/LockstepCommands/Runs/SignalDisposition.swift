#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What becomes of a signal that this process gets.
enum SignalDisposition {
    /// Whether a signal is ignored: before this process asks for anything else, by the wish of whoever started it.
    static func isIgnored(_ number: Int32) -> Bool {
        var present = sigaction()
        guard sigaction(number, nil, &present) == 0 else { return false }
        #if canImport(Darwin)
            let handler = present.__sigaction_u.__sa_handler
        #else
            let handler = present.__sigaction_handler.sa_handler
        #endif
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
