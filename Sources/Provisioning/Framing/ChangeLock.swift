import RemoteHost

/// The lock that a script of changes holds on its host until its shell ends: two runs never change a host at the same time.
/// The scripts of one run share it.
///
/// The shell holds it, and not the commands that it runs: a daemon that a package starts would hold it for ever. The shell
/// waits for each command, so the lock is held until a command really ends, also where the connection is lost meanwhile.
package struct ChangeLock: Sendable, Hashable {
    /// The file on every host.
    package static let standardFile = "/run/lockstep.changes"

    /// The file that is locked.
    package var file: String
    /// The mark of the run, by which its scripts know each other's lock.
    package var run: String
    /// Who changes the host, for others who meet the lock: "alice@laptop, process 17".
    package var owner: String
    /// How many seconds the script waits for another run's.
    package var patience: Int

    /// Makes a lock for all scripts of a run.
    package init(
        file: String = Self.standardFile,
        run: String = .randomMark(),
        owner: String,
        patience: Int
    ) {
        self.file = file
        self.run = run
        self.owner = owner
        self.patience = patience
    }

    /// The lines that take it. Each second in which another run's script holds it they print a frame that names the holder.
    var taking: String {
        "\(Self.functions)hold_lock \(shellQuoted(file)) \(shellQuoted(run)) \(shellQuoted(owner)) \(patience)"
    }

    private static let functions = String(decoding: PackageResources.change_lock_sh, as: UTF8.self)
}
