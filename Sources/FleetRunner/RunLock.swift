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
        /// The master does not let it be taken, for this reason.
        case refused(String)
        /// There is no master to take it on, for this reason.
        case withoutMaster(String)

        /// What a person is told.
        var message: String {
            switch self {
            case .held(let holder): "another run holds the lock: \(holder)"
            case .refused(let reason): "the lock cannot be taken: \(reason)"
            case .withoutMaster(let reason): "nothing is changed without the master: \(reason)"
            }
        }

        /// What to try next.
        var hint: String? {
            switch self {
            case .held: "wait for it to end, then run again"
            case .refused: "Lockstep must be root on the master (ansible_become=yes), and needs flock there"
            case .withoutMaster: nil
            }
        }
    }

    private let owner: String
    private let file: String
    private let isWanted = OneShot<Bool>()
    private let master = OneShot<Master?>()
    private let outcome = OneShot<Result<Void, Failure>>()
    private let end: AsyncStream<[UInt8]>
    private let ending: AsyncStream<[UInt8]>.Continuation

    private struct Master: Sendable {
        var remote: any RemoteHost
        var privilege: Privilege
    }

    /// Makes a lock that tells others whose it is; `file` is a path on the master.
    init(owner: String, file: String) {
        self.owner = owner
        self.file = file
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
    func giveUp(because reason: String) {
        outcome.settle(.failure(.withoutMaster(reason)))
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
                for line in text.splitAtLineFeeds(keepingEmpty: true).dropLast() {
                    if line == "lockstep-locked" { outcome.settle(.success(())) }
                    if line.hasPrefix("lockstep-held ") {
                        outcome.settle(.failure(.held(Self.holder(line))))
                    }
                }
            }
            let words = result.errorText.splitAtLineFeeds().last.map(String.init) ?? "no reason given"
            outcome.settle(.failure(.refused(words)))
        } catch {
            outcome.settle(.failure(.refused(error.message)))
        }
    }

    private static func holder(_ line: Substring) -> String {
        let words = line.dropFirst("lockstep-held ".count)
        return words.isEmpty ? "somebody who has only just taken it" : String(words)
    }

    private var script: String {
        """
        lock=\(shellQuoted(file))
        exec 9>>"$lock" || exit 1
        flock -n 9
        case $? in
        0) ;;
        1) printf 'lockstep-held %s\\n' "$(tail -n 1 "$lock")"; exit 0 ;;
        *) exit 1 ;;
        esac
        printf '%s, since %s\\n' \(shellQuoted(owner)) "$(date '+%Y-%m-%d %H:%M:%S %Z')" >"$lock"
        echo lockstep-locked
        read -r _
        :
        """
    }
}
