# Prints Id, ActiveState and NRestarts of the service of each lsyncd that Lockstep laid out on this master, an empty line
# between two. `manager` and the function `is_active` are set before this is read.
# shellcheck disable=SC2154 # It is set.
if [ "$manager" = systemd ]; then
    set --
    for place in /etc/systemd/system/lockstep-lsyncd@*.service.d; do
        [ -d "$place" ] || continue
        unit=${place##*/}
        set -- "$@" "${unit%.d}"
    done
    [ $# -eq 0 ] || systemctl show -p Id,ActiveState,NRestarts -- "$@"
else
    # No other service manager answers for several services at once.
    for file in /etc/lockstep/services/*; do
        [ -f "$file" ] || continue
        unit=lockstep-lsyncd@${file##*/}.service
        state=inactive restarts=0
        if is_active "$unit"; then state=active; fi
        counted=/run/lockstep-lsyncd.${file##*/}.restarts
        [ ! -f "$counted" ] || read -r restarts <"$counted" || :
        printf 'Id=%s\nActiveState=%s\nNRestarts=%s\n\n' "$unit" "$state" "$restarts"
    done
fi
