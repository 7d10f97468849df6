# The sh functions that every change's script may call.
# shellcheck disable=SC2154 # `nonce` and `index` are set where they are called.
#
# - name_aside PATH makes a directory beside PATH whose name no program takes for a configuration, and names in $new a
#   file in it that is not there yet; the directory goes when the change ends. A file with a dot before its name would
#   be read by logrotate; a directory is passed over by all who read a directory of settings. What a run that was killed
#   left beside PATH goes as well.
# - put_in_place FILE PATH moves FILE, made beside PATH, to PATH. Its bytes are on the disk before, and its name after.
# - edit_lines FILE COUNT LINE… takes COUNT lines out of a file that others write to as well, where they are there, and
#   puts the lines that follow those at its end. A file that was not there gets the rights that the function set_rights
#   gives $new.
# - has_line FILE LINE succeeds while a file has such a line. Preconditions may call it.
# - reload_units lets systemd read its unit files anew, unless that was done for several changes together.
# - refuse [REASON] ends the change as refused, and stop_host [REASON] ends with it everything on the host. They must be
#   called by the change's own shell, not in a subshell or a pipeline of it.

say_ending() {
    ending=$1; shift
    [ "$#" -eq 0 ] || printf '%s\n' "$*"
    printf '\n%s %s' "$nonce" "$ending"
    exit 1
}
refuse() { say_ending refused "$@"; }
stop_host() { say_ending stopped "$@"; }
name_aside() {
    [ -z "${aside-}" ] || rm -rf -- "$aside"
    aside=${1%/*}/.${1##*/}.lockstep-
    rm -rf -- "$aside"??????
    aside=$(mktemp -d "$aside"XXXXXX)
    # What the removal says must not stand behind the word that a change ends with.
    trap 'rm -rf -- "$aside" 2>/dev/null' EXIT
    new=$aside/${1##*/}
}
# A sync that takes no names writes all that waits on the whole host.
takes_names() {
    [ -n "${sync_kind-}" ] || case $(sync --help 2>&1) in *' -d'*) sync_kind=names ;; *) sync_kind=all ;; esac
    [ "$sync_kind" = names ]
}
flush() {
    if [ -L "$1" ]; then :
    elif takes_names; then sync -- "$1"
    elif [ -f "$1" ]; then dd if=/dev/null of="$1" conv=notrunc,fsync 2>/dev/null
    fi
}
put_in_place() {
    flush "$1"
    mv -f -- "$1" "$2"
    # Not every file system lets a directory be flushed. Flushing the file brings its name along on most.
    if takes_names; then sync -- "${2%/*}/" 2>/dev/null || :; else flush "$2" || :; fi
}
# A NUL byte would end a line for some of the tools. No line of ours has either byte.
mapped() { tr '\000' '\001' <"$1"; }
has_line() { [ -f "$1" ] && mapped "$1" | grep -axF -e "$2" >/dev/null; }
others_of() (
    file=$1; count=$2; shift 2
    all=$#
    while [ "$count" -gt 0 ]; do set -- "$@" -e "$1"; shift; count=$((count - 1)); all=$((all - 1)); done
    shift "$all"
    # Without a line that goes all stay, and grep wants a pattern.
    if [ "$#" -gt 0 ]; then set -- -vxF "$@"; else set -- ''; fi
    mapped "$file" | { grep -a "$@" || [ $? -eq 1 ]; } | sha256sum
)
# The bytes of a file but for some lines, each range of them copied as it stands.
copy_others() {
    copied=$1; shift
    mapped "$copied" | awk -- '
        BEGIN { for (i = 2; i < ARGV[1] + 2; i++) gone[ARGV[i]]; ARGC = 1; first = 1; place = 1 }
        {
            if ($0 in gone) {
                if (place > first) print first, place - first
                first = place + length($0) + 1
            }
            place += length($0) + 1
        }
        END { if (place > first) print first, "" }
    ' "$@" | while read -r first length; do
        if [ -n "$length" ]; then tail -c "+$first" -- "$copied" 2>/dev/null | head -c "$length"
        else tail -c "+$first" -- "$copied"; fi
    done
}
edit_lines() {
    target=$(readlink -f "$1"); shift
    name_aside "$target"
    if [ -e "$target" ]; then
        cp -p -- "$target" "$new"
        copy_others "$target" "$@" >"$new"
        # The last line of a file may lack its end.
        [ ! -s "$new" ] || [ "$(tail -c 1 -- "$new" | wc -l)" -eq 1 ] || echo >>"$new"
        # Found by another way than they were copied.
        others=$(others_of "$target" "$@")
        if [ -z "$others" ] || [ "$others" != "$(others_of "$new" "$@")" ]; then
            refuse "$target stays as it is: it would lose lines that are not Lockstep's"
        fi
    else
        : >"$new"
        set_rights
    fi
    count=$1; shift
    shift "$count"
    [ "$#" -eq 0 ] || printf '%s\n' "$@" >>"$new"
    put_in_place "$new" "$target"
}
reload_units() {
    case ${units_read-} in
    yes) ;;
    no) cat "$room/unread"; return 1 ;;
    *) systemctl daemon-reload ;;
    esac
}
