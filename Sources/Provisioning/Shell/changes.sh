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
# A lane's frames go through files in `room`, so that no two are mixed; where there is no room, lanes run in turn. What
# lanes `hand_on` goes through the pipe `news` to the one who lets systemd read its unit files for them.
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
    if mkfifo "$room/news" 2>/dev/null; then news=yes; else news=; fi
    {
        if [ -n "$news" ]; then exec 7<>"$room/news"; read_units & fi
        spread "$@"
        [ -z "$news" ] || echo end >&7
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
# spread LANE…: runs lanes in all places, and waits for them.
spread() {
    workers=
    place=0
    while [ "$place" -lt "$places" ] && [ "$place" -lt $# ]; do
        work "$@" &
        workers="$workers $!"
        place=$((place + 1))
    done
    # shellcheck disable=SC2086 # Each of them is a word.
    [ -z "$workers" ] || wait $workers
}
work() {
    for lane do
        mkdir "$room/$lane" 2>/dev/null || continue
        [ ! -e "$room/$lane.broken" ] || broken="$broken $(cat "$room/$lane.broken")"
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
# hand_on REST: the rest of a lane is called once systemd has read its unit files anew. While it does, further lanes come
# to this point: the more they are, the more share the next reading, and none waits for those that are not there yet.
hand_on() {
    if [ -z "$room" ] || [ -z "$news" ]; then "$1"; return; fi
    printf '%s' "$broken" >"$room/$1.new" && mv "$room/$1.new" "$room/$1.waits" && echo news >&7 || exit 1
}
read_units() {
    while read -r word <&7; do
        set --
        for lane in "$room"/*.waits; do
            [ -e "$lane" ] || continue
            mv "$lane" "${lane%.waits}.broken"
            lane=${lane##*/}
            set -- "$@" "${lane%.waits}"
        done
        if [ $# -gt 0 ]; then
            # shellcheck disable=SC2034 # By `reload_units`.
            if systemctl daemon-reload >"$room/unread" 2>&1; then units_read=yes; else units_read=no; fi
            spread "$@"
        fi
        [ "$word" != end ] || return 0
    done
}
# later LOOKS: calls a lane's function of looks in a second; other lanes need not wait for that.
later() {
    if [ -n "$room" ]; then { sleep 1; "$1"; } & else postponed="$postponed $1"; fi
}
room=
