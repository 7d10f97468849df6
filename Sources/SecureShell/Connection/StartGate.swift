import RemoteHost
import Synchronization

/// Lets only so many connections to one sshd be in the making at a time: it drops further ones at random while those
/// before are not logged in (MaxStartups).
final class StartGate: Sendable {
    private struct Door {
        var free: Int
        /// How many have come so far.
        var visits = 0
        var queue: [CheckedContinuation<Void, Never>] = []
    }

    private let places: Int
    private let doors = Mutex<[String: Door]>([:])

    /// Makes a gate.
    ///
    /// - Parameter places: how many may be in the making at each sshd. At ten OpenSSH begins to drop, and it still counts those
    ///   that have logged in a moment ago.
    init(places: Int = 8) {
        self.places = places
    }

    /// Runs `body` when its turn has come.
    ///
    /// - Parameter sshd: what tells the one sshd from all others.
    func pass<Value: Sendable>(
        to sshd: String,
        _ body: () async throws(RemoteHostError) -> Value
    ) async throws(RemoteHostError) -> Value {
        await enter(sshd)
        defer { leave(sshd) }
        return try await body()
    }

    /// Whether more than one connection to an sshd was asked for so far.
    func isShared(_ sshd: String) -> Bool { doors.withLock { ($0[sshd]?.visits ?? 0) > 1 } }

    private func enter(_ sshd: String) async {
        await withCheckedContinuation { continuation in
            let isFree = doors.withLock { doors in
                var door = doors[sshd] ?? Door(free: places)
                defer { doors[sshd] = door }
                door.visits += 1
                guard door.free > 0 else {
                    door.queue.append(continuation)
                    return false
                }
                door.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    private func leave(_ sshd: String) {
        let next = doors.withLock { doors -> CheckedContinuation<Void, Never>? in
            guard var door = doors[sshd] else { return nil }
            if door.queue.isEmpty {
                door.free += 1
                doors[sshd] = door
                return nil
            }
            let next = door.queue.removeFirst()
            doors[sshd] = door
            return next
        }
        next?.resume()
    }
}
