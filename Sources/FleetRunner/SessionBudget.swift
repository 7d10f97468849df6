/// How many sessions a run opens at the same time on one host's connection: sshd grants ten, unless `MaxSessions` says
/// otherwise.
enum SessionBudget {
    /// How many scripts of changes run at the same time on a host.
    static let scripts = 4
}
