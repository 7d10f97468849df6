import Synchronization

/// Takes the answer of a script that looks in as it arrives, and notes when each snippet had its end.
///
/// sh has no clock below a second, and a process for each look at the time would cost more than many a snippet. Snippets run
/// one after the other, so the time between the ends of two is that of the second, as the network shows it: of ends that
/// arrive together, the first has the time of all.
final class AnswerArrival: Sendable {
    private struct State {
        var parser: AnswerParser
        /// When the last end arrived, or the word that the first snippet is next.
        var last: ContinuousClock.Instant?
        var durations: [(index: Int, duration: Duration)] = []
    }

    private let state: Mutex<State>

    /// Waits for the answers of a script.
    init(of script: LookScript) {
        state = Mutex(State(parser: AnswerParser(of: script)))
    }

    /// Takes more of the answer in, which arrived at that time.
    func take(_ bytes: [UInt8], at time: ContinuousClock.Instant) {
        state.withLock { state in
            let ended = state.parser.consume(bytes)
            if state.parser.hasBegun, state.last == nil { state.last = time }
            for index in ended {
                state.durations.append((index, time - (state.last ?? time)))
                state.last = time
            }
        }
    }

    /// What each snippet printed, by its place; nil until the script came to its end.
    var answers: [Int: ProbeOutput]? { state.withLock(\.parser.answers) }

    /// How long the snippets of each kind took together, in the order in which kinds first arrived.
    ///
    /// - Parameter kinds: the kind of each snippet, by its place.
    func times(of kinds: [String]) -> [KindTime] {
        var times: [KindTime] = []
        for (index, duration) in state.withLock(\.durations) where kinds.indices.contains(index) {
            let seconds = duration / .seconds(1)
            if let place = times.firstIndex(where: { $0.kind == kinds[index] }) {
                times[place].seconds += seconds
            } else {
                times.append(KindTime(kinds[index], seconds: seconds))
            }
        }
        return times
    }
}
