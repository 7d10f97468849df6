import Synchronization

/// What happened in a test, in order, whoever did it.
final class Tally: Sendable {
    private let noted = Mutex<[String]>([])

    /// Everything that was noted.
    var entries: [String] { noted.withLock { $0 } }

    /// Notes something.
    func add(_ entry: String) {
        noted.withLock { $0.append(entry) }
    }
}
