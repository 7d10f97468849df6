import Provisioning
import RemoteHost

/// How replication stands at this moment, as the master tells it: each copy, and what is used of the inotify limits.
package struct FleetStatus: Sendable, Hashable {
    /// How much of a kernel limit is used.
    package struct Usage: Sendable, Hashable {
        /// What Lockstep's lsyncd use of it.
        package var used: Int
        /// What their user may use.
        package var allowed: Int
        /// How many seconds ago that was counted; nil where it is not known.
        package var age: Int?

        /// Makes a usage that was counted just now, or so many seconds ago.
        package init(used: Int, allowed: Int, age: Int? = 0) {
            (self.used, self.allowed, self.age) = (used, allowed, age)
        }
    }

    /// A copy that the master keeps, and that the inventory does not have: of another inventory, or of a former name.
    package struct Stranger: Sendable, Hashable {
        /// Its name.
        package var name: String
        /// The service that keeps it.
        package var service: String
        /// The state of the service, in systemd's words.
        package var state: String
    }

    /// The copies of the fleet, in its order.
    package var copies: [Copy]
    /// The copies that the master keeps and the inventory does not have, by name.
    package var strangers: [Stranger]
    /// Directories that are watched by all lsyncd of Lockstep's on the master, those of other inventories too.
    package var watches: Usage
    /// inotify instances: one for each lsyncd.
    package var instances: Usage

    /// A sh script for the master that prints what `init(_:known:)` reads.
    ///
    /// What is watched is counted in /proc: the layer's own figure may be ten minutes old. A kernel that does not tell
    /// (before 3.8), a process that may not be looked at, and twenty seconds without an end leave the count unknown.
    package static func script(copies: [String]) -> String {
        """
        exec 2>/dev/null
        LC_ALL=C
        export LC_ALL
        \(InstanceLayout.serviceLookup)
        \(ServiceManager.functions)
        printf 'now %s\\n' "$(date +%s)"
        printf 'allowed %s %s\\n' "$(cat /proc/sys/fs/inotify/max_user_watches)" \
        "$(cat /proc/sys/fs/inotify/max_user_instances)"
        limit=
        timeout 20 true && limit='timeout 20'
        for process in $(grep -l '(lsyncd)' /proc/[0-9]*/stat); do
            process=${process%/stat}
            # The words of a command end in a byte that not every grep can read past.
            tr '\\0' '\\n' <"$process/cmdline" | grep -qxF /usr/local/lib/lockstep/instance.lua || continue
            found=
            for file in "$process"/fd/*; do
                case $(readlink "$file") in
                *inotify*) printf 'lsyncd %s %s\\n' "${process#/proc/}" \
        "$($limit grep -c '^inotify ' "$process/fdinfo/${file##*/}")"; found=yes ;;
                esac
            done
            # Such as in a container whose root may not look at what other users' processes have open.
            [ -n "$found" ] || printf 'lsyncd %s\\n' "${process#/proc/}"
        done
        echo counted
        sed -n 's|^local name *= *"\\(.*\\)".*|name \\1|p; s|^ *delay *= *"\\([0-9.]*\\)".*|delay \\1|p' \
        /etc/lockstep/lsyncd/*.lua
        printf '%s\\n' "$keepers" | while read -r _ keeper kept; do
            [ -z "$keeper" ] || echo "keeper lockstep-lsyncd@$keeper.service $(state "lockstep-lsyncd@$keeper.service") $kept"
        done
        for copy in \(copies.map(shellQuoted).joined(separator: " ")); do
            unit=$(service_of "$copy")
            printf 'copy %s %s %s %s\\n' "$copy" "$unit" "$(state "$unit")" "$(restarts "$unit")"
            cat "/run/lockstep/$copy/report.json"
        done
        :
        """
    }
}
