# The lock of a host's changes, which the scripts of one run hold together.
# shellcheck disable=SC2154 # `nonce` is set before this is called.

# share_lock RUN OWNER: takes the lock of the file $lock, unless a script of another run has it.
#
# Whoever has it alone notes whose it is and shares it from then on. The note changes only while nobody shares the lock, so
# that it is true for whoever does.
share_lock() {
    if flock -n 9; then
        # Where it cannot be noted, nobody else is let in.
        printf '%s\n%s, since %s\n' "$1" "$2" "$(date '+%Y-%m-%d %H:%M:%S %Z')" >"$lock" || return 0
    fi
    # Another run may have taken it in between.
    flock -s -n 9 || return 1
    whose=
    read -r whose <"$lock"
    [ "$whose" != "$1" ] || return 0
    flock -u 9
    return 1
}

# hold_lock FILE RUN OWNER PATIENCE: holds the lock until the shell ends. Each second in which a script of another run has
# it, of PATIENCE seconds at most, a frame names who that is: a script whose connection is lost ends by that, and changes
# nothing later.
hold_lock() {
    lock=$1
    if ! command -v flock >/dev/null 2>&1; then
        printf '\n%s unlocked flock is not installed\n' "$nonce" || exit 1
        return
    elif ! (umask 077; : >>"$lock") 2>/dev/null; then
        printf '\n%s unlocked %s cannot be written\n' "$nonce" "$lock" || exit 1
        return
    fi
    # Whoever may read a file may lock it.
    chmod 600 "$lock"
    exec 9>>"$lock"
    patience=$4 tries=3
    until share_lock "$2" "$3"; do
        # Another script may only look whose it is, or note it.
        tries=$((tries - 1))
        if [ "$tries" -gt 0 ] && sleep 0.1 2>/dev/null; then continue; fi
        printf '\n%s held %s\n' "$nonce" "$(tail -n 1 "$lock")" || exit 1
        patience=$((patience - 1))
        [ "$patience" -gt 0 ] || exit 1
        sleep 1
    done
    printf '\n%s locked\n' "$nonce" || exit 1
}
