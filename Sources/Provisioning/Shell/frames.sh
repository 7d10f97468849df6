# Frames: what a snippet prints comes back behind a header of ours.
# shellcheck disable=SC2154 # `nonce` is set before this is read.

# take FUNCTION INDEX: runs a snippet and prints its frame; sets `ending` and `status` of it.
# The slash keeps the newlines at the end of the output, which $( ) would cut off.
take() {
    # A process that a command leaves behind must not hold the host's lock.
    out=$(
        exec 7>&- 9>&- 3>&1
        errors=$("$1" 2>&1 >&3 3>&-; printf '/%s' "$?")
        status=${errors##*/}; errors=${errors%/*}
        [ "${#errors}" -le 4096 ] || errors=$(printf %s "$errors" | tail -c 4096)
        printf '%s/%s/%s' "$errors" "${#errors}" "$status"
    )
    status=${out##*/}; out=${out%/*}
    length=${out##*/}; out=${out%/*}
    ending=ended
    case $out in
    *"
$nonce refused") ending=refused ;;
    *"
$nonce stopped") ending=stopped ;;
    esac
    [ $ending = ended ] || out=${out%"
$nonce $ending"}
    # Where nobody listens any more, nothing further is begun.
    printf '\n%s %s %s %s %s %s\n%s' "$nonce" "$2" $ending "$status" "$((${#out} - length))" "$length" "$out" || exit 1
}
