# Waits until no full pass is under way to the copies that are the positional parameters, or `left` seconds are over.
# `keepers`, `stale`, `manager` and the function `is_active` are set before this is read.

# The lsyncd that keeps each copy: " COPY=UNIT COPY=UNIT ".
units=' '
while read -r _ keeper kept; do
    for copy in $kept; do units="$units$copy=lockstep-lsyncd@$keeper.service "; done
done <<end
${keepers-}
end

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
        *) [ $((now - ${line##*:})) -ge "${stale-10}" ] || found="$found$copy=$phase " ;;
        esac
    done
    printf '%s' "$found"
}

# running UNIT…: prints those of the units that run: " UNIT UNIT ". Only systemd answers for several at once.
# shellcheck disable=SC2154 # `manager` is set.
running() {
    printf ' '
    if [ "$manager" = systemd ]; then
        systemctl is-active -- "$@" | for unit; do
            read -r state || break
            case $state in active | reloading) printf '%s ' "$unit" ;; esac
        done
    else
        for unit; do ! is_active "$unit" || printf '%s ' "$unit"; done
    fi
}

said=
while [ "$left" -gt 0 ]; do
    found=$(reports "$@" | phases)
    # The copies that are waited for, those of which nothing is said as COPY=UNIT.
    open='' silent=''
    for copy; do
        case $found in
        *" $copy=starting "* | *" $copy=catching-up "*) open="$open $copy" ;;
        *" $copy="*) ;;
        *)
            unit=lockstep-lsyncd@$copy.service
            case $units in *" $copy="*) unit=${units#*" $copy="}; unit=${unit%% *} ;; esac
            open="$open $copy=$unit"
            case " $silent " in *" $unit "*) ;; *) silent="$silent $unit" ;; esac
            ;;
        esac
    done
    # shellcheck disable=SC2086 # Names of units hold no spaces.
    [ -z "$silent" ] || silent=$(running $silent)
    waiting=
    for copy in $open; do
        case $copy in
        *=*) case $silent in *" ${copy#*=} "*) waiting="$waiting ${copy%%=*}" ;; esac ;;
        *) waiting="$waiting $copy" ;;
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
