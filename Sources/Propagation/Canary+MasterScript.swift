import RemoteHost

extension Canary {
    /// The script that keeps the canary on the master: it takes a step for each word that it reads.
    ///
    /// For each step it prints `written` and the step's name. When its input ends or there is an empty line in it, on a
    /// signal and at its deadline it removes what is there of the canary and ends; should it be killed outright, its
    /// timekeeper does so a second later. Its status is not 0 where a step failed or something is left, and the shell's
    /// message says why.
    func masterScript(source: String, lifetime: Duration) -> String {
        """
        source=\(shellQuoted(directoryPath(source)))
        canary=$source/\(directoryName)
        \(timekeeper(lifetime: lifetime))
        # put NAME TEXT [FILE]: with FILE's time of modification, where there is one.
        put() {
            printf '%s\\n' "$2" >"$canary/.new" && { [ $# -lt 3 ] || touch -r "$3" "$canary/.new"; } &&
                mv -f "$canary/.new" "$canary/$1" && return
            # Not every shell says so itself.
            printf '%s: not written\\n' "$canary/$1" >&2
            return 1
        }
        # A second signal may come before this one is dealt with: then it begins again, and still gets to its end.
        finish() {
            status=$1
            trap '' HUP INT TERM PIPE
            trap - EXIT
            kill "$timekeeper" 2>/dev/null
            rm -rf "$canary" || status=1
            exit "$status"
        }
        if [ ! -d "$source/" ]; then
            printf '%s: no such directory\\n' "$source" >&2
            exit 1
        fi
        umask 022
        timekeeper=
        trap 'finish "$?"' EXIT
        trap 'finish 129' HUP
        trap 'finish 130' INT
        trap 'finish 143' TERM
        trap 'finish 141' PIPE
        keep_time </dev/null >/dev/null 2>&1 &
        timekeeper=$!
        printf '\\nready\\n'
        while IFS= read -r word; do
            case $word in
            '') break ;;
            create) step=created; mkdir "$canary" && put \(firstName) '\(firstText)' ;;
            change) step=changed; put \(firstName) '\(secondText)' ;;
            rewrite) step=rewritten; put \(firstName) '\(thirdText)' "$canary/\(firstName)" ;;
            rename) step=renamed; mv -f "$canary/\(firstName)" "$canary/\(secondName)" ;;
            delete) step=deleted; rm -rf "$canary" ;;
            *) printf 'no such step: %s\\n' "$word" >&2; false ;;
            esac || exit 1
            printf 'written %s\\n' "$step" || exit 1
        done
        exit 0
        """
    }
}
