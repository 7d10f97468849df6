/// How many sessions a run opens at the same time on the master's connection: ten at most, as sshd grants no more unless
/// `MaxSessions` says otherwise. Slaves have fewer. What gets no session waits for one (`QueueingHost`).
///
/// While there are changes, one session holds the run's lock, one waits for first passes, and one asks which transfers go on.
/// The others are shared out here.
enum SessionBudget {
    /// How many scripts of changes run on a host.
    static let scripts = 4
    /// How many canaries are on their way while there are changes; each has a session for as long as it is.
    static let canaries = 3
    /// How many when all changes are made, and the lock is given back.
    static let lateCanaries = 8
}
