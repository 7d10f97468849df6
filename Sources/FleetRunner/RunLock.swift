import RemoteHost
import Synchronization

/// The fleet's lock: an flock on the master, held by the run's own connection, so that it cannot outlive the run.
///
/// It is taken before the first change, not before the first look: a run that changes nothing needs none.
final class RunLock: Sendable {
    /// Why there is no lock.
    enum Failure: Error, Sendable, Hashable {
        /// Another run has it; the text says who, and since when.
        case held(String)
        /// It cannot be taken, for this reason.
        case unavailable(String)

        /// What a person is told.
        var message: String {
            switch self {
            case .held(let holder): "another run holds the lock: \(holder)"
            case .unavailable(let reason): reason
            }
        }
    }

    private let owner: String
    private let isWanted = OneShot<Bool>()
    private let master = OneShot<Master?>()
    private let outcome = OneShot<Result<Void, Failure>>()
    private let end: AsyncStream<[UInt8]>
    private let ending: AsyncStream<[UInt8]>.Continuation

    private struct Master: Sendable {
        var remote: any RemoteHost
        var privilege: Privilege
    }

    /// Makes a lock that tells others whose it is.
    init(owner: String) {
        self.owner = owner
        (end, ending) = AsyncStream.makeStream()
    }

    /// Waits until the run has the lock.
    func acquire() async throws(Failure) {
        isWanted.settle(true)
        try await outcome.value.get()
    }

    /// The master is there: the lock can be taken.
    func offer(_ remote: any RemoteHost, privilege: Privilege) {
        master.settle(Master(remote: remote, privilege: privilege))
    }

    /// The master is not there, or no longer: the lock cannot be taken.
    func fail(_ reason: String) {
        outcome.settle(.failure(.unavailable(reason)))
        release()
    }

    /// Gives the lock back, or ends the waiting for somebody to want it.
    func release() {
        isWanted.settle(false)
        master.settle(nil)
        ending.finish()
    }

    /// Takes the lock on the master once somebody wants it, and holds it until it is released.
    func serve() async {
        guard await isWanted.value, let master = await master.value else { return }
        let answer = Mutex("")
        let command = Command.conversation(
            script,
            lines: end,
            privilege: master.privilege,
            deadline: .seconds(24 * 3600)
        )
        do {
            let result = try await master.remote.run(command) { [outcome] chunk in
                guard case .standardOutput(let bytes) = chunk else { return }
                let text = answer.withLock { text in
                    text += String(decoding: bytes, as: UTF8.self)
                    return text
                }
                for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                    if line == "lockstep-locked" { outcome.settle(.success(())) }
                    if line.hasPrefix("lockstep-held ") {
                        outcome.settle(.failure(.held(String(line.dropFirst("lockstep-held ".count)))))
                    }
                }
            }
            let words = result.errorText.split(separator: "\n").last.map(String.init) ?? "no reason given"
            outcome.settle(.failure(.unavailable("the lock on the master cannot be taken: \(words)")))
        } catch {
            outcome.settle(.failure(.unavailable("the lock on the master cannot be taken: \(error.message)")))
        }
    }

    private var script: String {
        """
        exec 9>>/run/lockstep.lock || exit 1
        if ! flock -n 9; then
            printf 'lockstep-held %s\\n' "$(tail -n 1 /run/lockstep.lock)"
            exit 0
        fi
        printf '%s, since %s\\n' \(shellQuoted(owner)) "$(date '+%Y-%m-%d %H:%M:%S %Z')" >/run/lockstep.lock
        echo lockstep-locked
        read -r _
        :
        """
    }
}
