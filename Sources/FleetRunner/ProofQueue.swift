/// Which copies are waited for, and which are proven next: a pure state machine, what happens in, what is to be done out.
///
/// A copy is taken in when its tasks are settled, waits until its first pass is over, and then for a place. What waits for a
/// place goes into one canary, as far as it is of one directory and has the same time for it. Where the master grants too few
/// sessions for changes and canaries together, all wait until the changes are made.
struct ProofQueue: Sendable {
    /// A copy of a directory.
    struct Copy: Sendable, Hashable {
        /// The copy.
        var mirror: RunSync.Mirror
        /// The place of its directory among those of the run.
        var sync: Int
        /// How long a canary's step may take to arrive, in full.
        var step: Duration
    }

    /// Something that has happened.
    enum Event: Sendable {
        /// All tasks of these copies are settled.
        case settled([Copy])
        /// No host changes anything any more, and no other copies come.
        case changesEnded
        /// Of the copies that the master was asked about, only these are in their first pass.
        case waiting([String])
        /// The question about first passes is over.
        case watchEnded(WatchEnding)
        /// The time that these have had for their first pass is over.
        case timeIsUp([String])
        /// A canary is gone.
        case proofEnded
        /// The master has granted no session to something that has to do with changes or canaries.
        case sessionRefused
        /// The run ends early.
        case interrupted
    }

    /// How the question about first passes ended.
    enum WatchEnding: Sendable {
        /// Nothing is waited for any more.
        case over
        /// Some go on: it is to be asked again.
        case goesOn
        /// It was given up.
        case stopped
    }

    /// Something that is to be done.
    enum Action: Sendable, Hashable {
        /// Tell when the time for the first passes of these is over.
        case startTimer([String])
        /// Ask the master, for so many seconds at most, about the first passes of these copies, of which some are new.
        case watch([String], new: [String], seconds: Int)
        /// Give that question up. That may cost the connection: it is for the end of the run.
        case stopWatching
        /// These get no canary, as their first pass is not over.
        case giveUp([Copy])
        /// Send a canary to these.
        case prove([Copy])
    }

    private var waiting: [Copy] = []
    private var ready: [Copy] = []
    /// The copies that the master is asked about at the moment.
    private var asked: Set<String>?
    private var isStopping = false
    /// The copies that it was asked about at any time.
    private var known: Set<String> = []
    private var proofs = 0
    private var places = SessionBudget.canaries
    private var isClosed = false
    /// Whether all sessions of the master are left to changes, as there are few.
    private var isHeld = false
    private var isInterrupted = false

    /// Whether nothing is to be waited for any more.
    var isFinished: Bool {
        (isClosed || isInterrupted) && waiting.isEmpty && ready.isEmpty && proofs == 0 && asked == nil
    }

    /// Takes in what has happened, and says what is to be done.
    mutating func handle(_ event: Event) -> [Action] {
        var actions: [Action] = []
        switch event {
        case .settled(let copies):
            guard !isInterrupted, !copies.isEmpty else { break }
            waiting += copies
            actions.append(.startTimer(copies.map(\.mirror.name)))
        case .changesEnded:
            // Nobody has asked about those that were held.
            if isHeld { actions.append(.startTimer(waiting.map(\.mirror.name))) }
            (isClosed, isHeld) = (true, false)
            places = SessionBudget.lateCanaries
        case .waiting(let names): admit((asked ?? []).subtracting(names))
        case .watchEnded(let ending):
            let names = asked ?? []
            asked = nil
            switch ending {
            case .over: admit(names)
            case .goesOn, .stopped: break
            }
        case .timeIsUp(let names): if !isHeld { actions += giveUp(Set(names)) }
        case .sessionRefused: isHeld = !isClosed
        case .proofEnded: proofs -= 1
        case .interrupted:
            isInterrupted = true
            (waiting, ready) = ([], [])
        }
        return actions + watch() + prove()
    }

    /// The first passes of these are over.
    private mutating func admit(_ names: Set<String>) {
        ready += waiting.filter { names.contains($0.mirror.name) }
        waiting.removeAll { names.contains($0.mirror.name) }
    }

    private mutating func giveUp(_ names: Set<String>) -> [Action] {
        let late = waiting.filter { names.contains($0.mirror.name) }
        waiting.removeAll { names.contains($0.mirror.name) }
        return late.isEmpty ? [] : [.giveUp(late)]
    }

    /// One question at a time, about all that wait. While others may come it is a short one, as it cannot be given up: a
    /// command that is cancelled may cost the connection.
    private mutating func watch() -> [Action] {
        guard asked == nil else {
            guard isInterrupted, !isStopping else { return [] }
            isStopping = true
            return [.stopWatching]
        }
        let names = waiting.map(\.mirror.name)
        guard !names.isEmpty, !isHeld else { return [] }
        asked = Set(names)
        let new = names.filter { known.insert($0).inserted }
        return [.watch(names, new: new, seconds: isClosed ? 30 : 3)]
    }

    private mutating func prove() -> [Action] {
        var actions: [Action] = []
        while !isHeld, proofs < places, let first = ready.first {
            let group = ready.filter { $0.sync == first.sync && $0.step == first.step }
            ready.removeAll { $0.sync == first.sync && $0.step == first.step }
            proofs += 1
            actions.append(.prove(group))
        }
        return actions
    }
}
