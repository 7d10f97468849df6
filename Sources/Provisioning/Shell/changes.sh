# Changes: one that fails ends those after it that depend on it.
# `broken` has the chains that have failed, and `host` once nothing may follow on the host.
# shellcheck disable=SC2154 # `nonce` is set before this is read.

broken=
say_frame() { printf '\n%s %s %s 0 0 0\n' "$nonce" "$index" "$1"; }

# run STEP INDEX BREAKS NEEDS: makes a change, `p` being its precondition and `s` itself, unless one of the chains that it
# NEEDS has failed; where it fails, the chains that it BREAKS have.
run() {
    index=$2
    for chain in host $4; do
        case " $broken " in
        *" $chain "*) say_frame skipped; return ;;
        esac
    done
    if "p$1" >/dev/null 2>&1; then take "s$1" "$index"; else status=1; ending=moved; say_frame moved; fi
    case $ending in
    stopped) broken=host ;;
    *) [ "$status" -eq 0 ] || broken="$broken $3" ;;
    esac
}

# beside COUNT LANE…: runs lanes beside each other, twice as many at a time as there are processors. A lane is a function
# whose changes and looks, COUNT in all of them, are made by `step`, one after the other.
#
# A lane's frames go through files in `room`, so that no two are mixed; where there is no room, lanes run in turn.
beside() {
    expected=$1; shift
    if ! room=$(mktemp -d /run/lockstep.XXXXXX 2>/dev/null || mktemp -d 2>/dev/null); then
        room=
        postponed=
        for lane do "$lane"; done
        [ -z "$postponed" ] || sleep 1
        for lane in $postponed; do "$lane"; done
        return
    fi
    places=$(getconf _NPROCESSORS_ONLN 2>/dev/null) || places=1
    places=$((2 * places))
    {
        while [ "$places" -gt 0 ]; do
            work "$@" &
            places=$((places - 1))
        done
        wait
    } | {
        count=0
        while read -r name; do
            # Where nobody listens any more, nothing further is begun: the lanes notice it as this side is gone.
            cat "$room/$name" && rm -f "$room/$name" || exit 1
            count=$((count + 1))
        done
        [ "$count" -eq "$expected" ]
    } || { rm -rf "$room"; exit 1; }
    broken="$broken $(cat "$room/broken" 2>/dev/null)"
    rm -rf "$room"
    room=
}
work() {
    for lane do
        mkdir "$room/$lane" 2>/dev/null || continue
        "$lane"
        [ -z "$broken" ] || printf '%s ' "$broken" >>"$room/broken"
    done
}
step() {
    [ -n "$room" ] || { run "$@"; return; }
    [ ! -e "$room/stopped" ] || broken=host
    run "$@" >"$room/$1"
    [ "$broken" != host ] || : >"$room/stopped"
    printf '%s\n' "$1" || exit 1
}
# later LOOKS: calls a lane's function of looks in a second; other lanes need not wait for that.
later() {
    if [ -n "$room" ]; then { sleep 1; "$1"; } & else postponed="$postponed $1"; fi
}
room=
