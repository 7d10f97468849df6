# What the kernel settings $1, $2, … are, and what the host's files make of them when it starts.
#
# `setting NAME RIGHTS VALUE` has `writable` or `read-only` for its rights; `file PATH` names a file, and PATH:NUMBER:LINE is
# a line of one that may be about a setting.

lines='^[^#;=]*[*?]'
for name do
    path=$name
    while :; do case $path in *.*) path=${path%%.*}/${path#*.} ;; *) break ;; esac; done
    path=/proc/sys/$path
    # For root, BusyBox's `[ -w ]` is true on a file system that is read-only too. Nothing is written here.
    if [ -w "$path" ] && { true >>"$path"; } 2>/dev/null; then rights=writable; else rights=read-only; fi
    # The kernel gives such a file at once or not at all, and `read` would take it byte by byte.
    value=$(cat -- "$path") && printf 'setting %s %s %s\n' "$name" "$rights" "$value"
    lines="$lines
^[[:space:]-]*${name%%.*}[./]"
done
set --
for d in /etc /run /usr/local/lib /usr/lib /lib; do
    for c in "$d"/sysctl.d/*.conf; do [ ! -e "$c" ] || set -- "$@" "$c"; done
done
[ -d /run/systemd/system ] || [ ! -e /etc/sysctl.conf ] || set -- "$@" /etc/sysctl.conf
[ $# -eq 0 ] || {
    printf 'file %s\n' "$@"
    grep -Hns -e "$lines" -- "$@"
}
:
