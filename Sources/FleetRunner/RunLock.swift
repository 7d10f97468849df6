import Propagation
import RemoteHost
import Synchronization

/// The fleet's lock: an flock on the master, held by the run's own connection, so that it cannot outlive the run.
///
/// It is taken before the first change, not before the first look: a run that changes nothing needs none. A run that has
/// lost it, with the master's connection or by what was done there, changes nothing more on any host.
final class RunLock: Sendable {
    /// Why there is no lock.
    enum Failure: Error, Sendable, Hashable {
        /// Another run has it; the text says who, and since when.
        case held(String)
        /// A change of another run still goes on on the master, though that run is over; the text says whose, and since when.
        case changing(String)
        /// The master does not let it be taken, for this reason.
        case refused(String)
        /// There is no master to take it on, for this reason.
        case withoutMaster(String)
        /// The run had it and has it no more, for this reason.
        case lost(String)

        /// What a person is told.
        var message: String {
            switch self {
            case .held(let holder): "another run holds the lock: \(holder)"
            case .changing(let holder): "an earlier change still goes on on the master: \(holder)"
            case .refused(let reason): "the lock cannot be taken: \(reason)"
            case .withoutMaster(let reason): "nothing is changed without the master: \(reason)"
            case .lost(let reason): "nothing more is changed, as the lock on the master is lost: \(reason)"
            }
        }

        /// What to try next.
        var hint: String? {
            switch self {
            case .held, .changing: "wait for it to end, then run again"
            case .refused: "Lockstep must be root on the master (ansible_become=yes), and needs flock there"
            case .withoutMaster: nil
            case .lost: "look for what ended Lockstep's shell on the master, then run again"
            }
        }
    }

    private let owner: String
    private let file: String
    private let changesFile: String
    private let isWanted = OneShot<Bool>()
    private let master = OneShot<Master?>()
    private let outcome = OneShot<Result<Void, Failure>>()
    private let loss = Interruption()
    private let state = Mutex(State())
    private let end: AsyncStream<[UInt8]>
    private let ending: AsyncStream<[UInt8]>.Continuation

    private struct Master: Sendable {
        var remote: any RemoteHost
        var privilege: Privilege
    }

    private struct State {
        var isReleased = false
        var failure: Failure?
    }

    /// Makes a lock that tells others whose it is; `file` and `changesFile` are paths on the master, the second that which
    /// scripts of changes hold.
    init(owner: String, file: String, changesFile: String) {
        self.owner = owner
        self.file = file
        self.changesFile = changesFile
        (end, ending) = AsyncStream.makeStream()
    }

    /// Waits until the run has the lock; once it is lost, fails.
    func acquire() async throws(Failure) {
        isWanted.settle(true)
        try await outcome.value.get()
        if let failure = state.withLock(\.failure) { throw failure }
    }

    /// Waits until the lock is lost; none where the waiting task is cancelled.
    func waitForLoss() async -> Failure? {
        await loss.wait()
        return state.withLock(\.failure)
    }

    /// The master is there: the lock can be taken.
    func offer(_ remote: any RemoteHost, privilege: Privilege) {
        master.settle(Master(remote: remote, privilege: privilege))
    }

    /// The master is not there, or no longer: the lock cannot be taken, and one that was taken is lost.
    func giveUp(because reason: String) {
        lose(.withoutMaster(reason))
        outcome.settle(.failure(.withoutMaster(reason)))
        release()
    }

    /// Gives the lock back, or ends the waiting for somebody to want it.
    func release() {
        state.withLock { $0.isReleased = true }
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
        let reason: String
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
                    if line.hasPrefix("lockstep-changing ") {
                        outcome.settle(.failure(.changing(Self.holder(line))))
                    }
                }
            }
            reason =
                result.errorText.splitAtLineFeeds().last.map(String.init) ?? "its shell ended with \(result.exit)"
        } catch {
            reason = error.message
        }
        lose(.lost(reason))
        outcome.settle(.failure(.refused(reason)))
    }

    /// Notes that there is no lock any more, unless it was given back.
    private func lose(_ failure: Failure) {
        let isNew = state.withLock { state in
            guard !state.isReleased, state.failure == nil else { return false }
            state.failure = failure
            return true
        }
        if isNew { loss.request() }
    }

    private static func holder(_ line: Substring) -> String {
        let words = line.drop { $0 != " " }.dropFirst()
        return words.isEmpty ? "somebody who has only just taken it" : String(words)
    }

    private var script: String {
        """
        lock=\(shellQuoted(file))
        changes=\(shellQuoted(changesFile))
        # Whoever may read a file may lock it.
        (umask 077; : >>"$lock" && : >>"$changes") || exit 1
        chmod 600 "$lock" "$changes" 2>/dev/null
        exec 9>>"$lock" || exit 1
        flock -n 9
        case $? in
        0) ;;
        1) printf 'lockstep-held %s\\n' "$(tail -n 1 "$lock")"; exit 0 ;;
        *) exit 1 ;;
        esac
        # The change of a run that is over may still go on: without a terminal nothing ends it with its connection. Another
        # master's change of this machine is waited for.
        tries=5
        exec 8>>"$changes" || exit 1
        until flock -n 8; do
            tries=$((tries - 1))
            if [ $tries -eq 0 ]; then
                printf 'lockstep-changing %s\\n' "$(tail -n 1 "$changes")"
                exit 0
            fi
            sleep 1
        done
        exec 8>&-
        printf '%s, since %s\\n' \(shellQuoted(owner)) "$(date '+%Y-%m-%d %H:%M:%S %Z')" >"$lock"
        echo lockstep-locked
        read -r _
        :
        """
    }
}
