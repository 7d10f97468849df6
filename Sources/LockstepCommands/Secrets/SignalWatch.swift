import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Keeps the signals that end a program waiting for a moment, so that a terminal can be set right first.
struct SignalWatch {
    private static let caught = Atomic<Int32>(0)
    private let signals: [Int32]
    private let before: [sigaction]

    /// Catches the signals from now on.
    init() {
        Self.caught.store(0, ordering: .relaxed)
        // What is ignored by the wish of whoever started this program stays so.
        signals = [SIGINT, SIGTERM, SIGHUP].filter { !SignalDisposition.isIgnored($0) }
        before = signals.map { signal in
            var old = sigaction()
            var new = sigaction()
            new.__sigaction_handler.sa_handler = { number in SignalWatch.caught.store(number, ordering: .relaxed) }
            sigaction(signal, &new, &old)
            return old
        }
    }

    /// Whether one of the signals came.
    var wasSignalled: Bool { Self.caught.load(ordering: .relaxed) != 0 }

    /// Whether Ctrl-C came; if so, that is taken care of, and `stop` does not pass it on.
    func takeInterrupt() -> Bool {
        Self.caught.compareExchange(expected: SIGINT, desired: 0, ordering: .relaxed).exchanged
    }

    /// Lets go of the signals; one that came does now what it would have done.
    func stop() {
        for (signal, old) in zip(signals, before) {
            var old = old
            sigaction(signal, &old, nil)
        }
        let number = Self.caught.exchange(0, ordering: .relaxed)
        if number != 0 { raise(number) }
    }
}
