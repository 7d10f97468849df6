/// The pauses between tries: each twice as long as the one before, and longer or shorter by chance.
struct Backoff: Sendable {
    /// The first pause, before chance has its part.
    var first: Duration
    /// By how much a pause is longer or shorter than the usual one: many hosts that try at the same moment must not try
    /// again at the same moment.
    var spread: @Sendable () -> Double = { .random(in: 0.5...1.5) }

    /// How long to wait after so many tries that came to nothing.
    func pause(after tries: Int) -> Duration { first * (1 << min(tries - 1, 10)) * spread() }
}
