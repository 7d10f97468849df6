import RemoteHost

extension Canary {
    /// The script that watches for the canary on a slave, and prints `seen` and a step's name the moment that the
    /// target looks as it must after that step.
    ///
    /// It ends with its input, or at an empty line. Then it waits up to `farewell` for the canary to be gone, and removes it where it is
    /// not; on a signal and at its deadline it does so without waiting. Its status is not 0 where something is left.
    func slaveScript(target: String, lifetime: Duration, farewell: Duration) -> String {
        """
        target=\(shellQuoted(directoryPath(target)))
        canary=$target/\(directoryName)
        if sleep 0.01 2>/dev/null; then
            pause=0.02 patience=\(max(0, farewell.milliseconds / 20))
        else
            pause=1 patience=\(farewell.wholeSeconds)
        fi
        \(timekeeper(lifetime: lifetime))
        is_there() {
            [ -e "$1" ] || [ -L "$1" ]
        }
        holds() {
            [ -f "$1" ] && {
                IFS= read -r line && [ "$line" = "$2" ] && ! IFS= read -r more && [ -z "$more" ]
            } 2>/dev/null <"$1"
        }
        has_arrived() {
            case $1 in
            created) holds "$canary/\(firstName)" '\(firstText)' ;;
            changed) holds "$canary/\(firstName)" '\(secondText)' ;;
            rewritten) holds "$canary/\(firstName)" '\(thirdText)' ;;
            renamed) ! is_there "$canary/\(firstName)" && holds "$canary/\(secondName)" '\(thirdText)' ;;
            deleted) [ -d "$target/" ] && ! is_there "$canary" ;;
            esac
        }
        watch() {
            for step in \(CanaryStep.allCases.map(\.rawValue).joined(separator: " ")); do
                until has_arrived "$step"; do
                    sleep "$pause"
                    kill -0 $$ 2>/dev/null || exit 1
                done
                printf 'seen %s\\n' "$step" || exit 1
            done
        }
        # A second signal may come before this one is dealt with: then it begins again, and still gets to its end.
        finish() {
            status=$1
            trap '' HUP INT TERM PIPE
            trap - EXIT
            kill "$timekeeper" 2>/dev/null
            while is_there "$canary" && [ "$patience" -gt 0 ]; do
                sleep "$pause"
                patience=$((patience - 1))
            done
            rm -rf "$canary" || rm -rf "$canary" || status=1
            exit "$status"
        }
        timekeeper=
        trap 'finish "$?"' EXIT
        trap 'patience=0; finish 129' HUP
        trap 'patience=0; finish 130' INT
        trap 'patience=0; finish 143' TERM
        trap 'patience=0; finish 141' PIPE
        printf '\\nready\\n'
        watch </dev/null &
        keep_time </dev/null >/dev/null 2>&1 &
        timekeeper=$!
        while IFS= read -r word && [ -n "$word" ]; do :; done
        exit 0
        """
    }
}
