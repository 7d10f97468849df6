import RemoteHost

/// The lock that a script of changes holds on its host until its shell ends: two scripts never change a host at the same time.
///
/// The shell holds it, and not the commands that it runs: a daemon that a package starts would hold it for ever. The shell
/// waits for each command, so the lock is held until a command really ends, also where the connection is lost meanwhile.
package struct ChangeLock: Sendable, Hashable {
    /// The file on every host.
    package static let standardFile = "/run/lockstep.changes"

    /// The file that is locked.
    package var file: String
    /// Who changes the host, for others who meet the lock: "alice@laptop, process 17".
    package var owner: String
    /// How many seconds the script waits for another one.
    package var patience: Int

    /// Makes a lock.
    package init(file: String = Self.standardFile, owner: String, patience: Int) {
        self.file = file
        self.owner = owner
        self.patience = patience
    }

    /// The lines that take it. Each second in which another script holds it they print a frame that names the holder; a
    /// script whose connection is lost ends by that, and changes nothing later.
    var taking: String {
        #"""
        lock=\#(shellQuoted(file))
        if ! command -v flock >/dev/null 2>&1; then
            printf '\n%s unlocked flock is not installed\n' "$nonce" || exit 1
        elif ! (umask 077; : >>"$lock") 2>/dev/null; then
            printf '\n%s unlocked %s cannot be written\n' "$nonce" "$lock" || exit 1
        else
            # Whoever may read a file may lock it.
            chmod 600 "$lock"
            exec 9>>"$lock"
            patience=\#(patience)
            until flock -n 9; do
                printf '\n%s held %s\n' "$nonce" "$(tail -n 1 "$lock")" || exit 1
                patience=$((patience - 1))
                [ "$patience" -gt 0 ] || exit 1
                sleep 1
            done
            printf '%s, since %s\n' \#(shellQuoted(owner)) "$(date '+%Y-%m-%d %H:%M:%S %Z')" >"$lock"
            printf '\n%s locked\n' "$nonce" || exit 1
        fi
        """#
    }
}
