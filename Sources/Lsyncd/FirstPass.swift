import Provisioning
import RemoteHost

/// The wait for lsyncd to have made its first full pass to each of some copies: until then a canary would only queue.
package struct FirstPass: Sendable {
    private let copies: [String]
    private let seconds: Int

    /// Makes a wait for these copies, of so many seconds at most.
    package init(copies: [String], seconds: Int) {
        self.copies = copies
        self.seconds = seconds
    }

    /// A sh script for the master that ends when no pass is under way any more, successful or not, or when the time is over.
    ///
    /// It prints `waiting` and the copies' names whenever they become others, an empty line each second, so that it ends as
    /// well where nobody listens any more, and `late` when the time is over. A copy whose service does not run, or that waits for its next attempt, is not
    /// waited for: the canary will tell. A report that was not renewed says nothing of what goes on.
    package var script: String {
        #"""
        \#(InstanceLayout.serviceLookup)
        \#(ServiceManager.functions)
        set -- \#(copies.map(shellQuoted).joined(separator: " "))
        # One process for the reports of all copies.
        reports() {
            for copy; do
                set -- "$@" "/run/lockstep/$copy/report.json"
                shift
            done
            grep -EHos '"phase":"[a-z-]*"|"written_at":[0-9]*' /dev/null "$@"
        }
        # The phase of each copy whose report is fresh: " NAME=PHASE NAME=PHASE ". The layer writes the time last.
        phases() {
            now=$(date +%s) found=' ' phase=
            while IFS= read -r line; do
                copy=${line%/report.json:*}; copy=${copy##*/}
                case $line in
                *'"phase":"'*) phase=${line##*:}; phase=${phase#?}; phase=${phase%?} ;;
                *) [ $((now - ${line##*:})) -ge \#(TargetReport.staleAfter) ] || found="$found$copy=$phase " ;;
                esac
            done
            printf '%s' "$found"
        }
        said= left=\#(seconds)
        while [ "$left" -gt 0 ]; do
            found=$(reports "$@" | phases)
            waiting=
            for copy in "$@"; do
                case $found in
                *" $copy=starting "* | *" $copy=catching-up "*) waiting="$waiting $copy" ;;
                *" $copy="*) ;;
                *) ! is_active "$(service_of "$copy")" || waiting="$waiting $copy" ;;
                esac
            done
            [ -n "$waiting" ] || break
            if [ "$waiting" != "$said" ]; then printf 'waiting%s\n' "$waiting" || exit 1; fi
            said=$waiting
            sleep 1
            printf '\n' || exit 1
            left=$((left - 1))
        done
        [ "$left" -gt 0 ] || echo late
        """#
    }

    /// The copies that are still waited for, where a line of the script's output says so.
    package static func waiting(in line: String) -> [String]? {
        let words = line.split(separator: " ").map(String.init)
        return words.first == "waiting" ? Array(words.dropFirst()) : nil
    }
}
