#!/bin/sh
# dash 0.5.12-2, BusyBox 1:1.35.0-4+deb12u1+b1 and bash 5.2.15-2+b13 (Debian 12, amd64), Linux 6.18.
#
# The shell's `read` takes the first byte of a number below /proc/sys for all of it: dash and BusyBox read byte by byte, and
# the kernel answers a read of such a file that does not begin at its start with its end. bash reads a block, and gets the
# number; so does `cat`. No shell complains; the status of the short read is 1, as of a file without a newline.
#
# Seen for /proc/sys/fs/pipe-max-size, of which cat prints 1048576:
#   dash, busybox sh    read gives 1
#   bash                read gives 1048576
# The kernel's own text files, such as /proc/sys/kernel/ostype, are read whole by all three.
#
# Exit status: 0 while it is so, 1 when it has changed, 2 when it could not be tried.
set -u
LC_ALL=C
export LC_ALL
place=$(mktemp -d) || exit 2
trap 'rm -rf "$place"' EXIT
chmod 755 "$place"
cd "$place" || exit 2

for package in dash=0.5.12-2 busybox=1:1.35.0-4+deb12u1+b1 bash=5.2.15-2+b13; do
    apt-get -q=2 download "$package" >/dev/null 2>&1 || { echo "$package cannot be had"; exit 2; }
done
for file in ./*.deb; do dpkg -x "$file" . || exit 2; done

number=/proc/sys/fs/pipe-max-size
text=/proc/sys/kernel/ostype
all=$(cat "$number") || exit 2
[ "${#all}" -gt 1 ] || { echo "$number has one digit only"; exit 2; }
echo "$number by cat: $all"

status=0
# expect WHAT FILE SHELL…: what the shell's read takes for the content of the file.
expect() {
    wanted=$1; file=$2; shift 2
    # shellcheck disable=SC2016 # The other shell expands it.
    seen=$("$@" -c 'read -r line <"$0"; printf "%s" "$line"' "$file")
    echo "$file by read of ${1##*/}: $seen"
    [ "$seen" = "$wanted" ] || status=1
}
first=$(printf %.1s "$all")
busybox=$(find . -path '*/bin/busybox' -type f | head -n 1)
for shell in dash busybox; do
    if [ $shell = dash ]; then set -- "$place/bin/dash"; else set -- "$busybox" sh; fi
    expect "$first" "$number" "$@"
    expect "$(cat $text)" "$text" "$@"
done
expect "$all" "$number" "$place/bin/bash"
[ $status -eq 0 ] || exit 1
