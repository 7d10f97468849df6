#!/bin/sh
# rsync 3.5.0 (Debian 3.5.0+ds1-0+deb12u1) and 3.2.7 (Debian 3.2.7-1+deb12u6), amd64, Debian 12.
#
# The manual says of --update that files which exist on the destination and have a modified time that is newer than the
# source file are skipped, and of --modify-window=-1 that nanoseconds are compared. Together they write over a file that is
# newer on the destination by less than two seconds: the window is added to the difference in whole seconds, and -1 makes
# "newer" begin at two. Without the window the newer file is skipped, as it is with the window from two seconds on.
#
# Seen with both versions, for a destination that is newer by one second:
#   --update                       destination kept
#   --update --modify-window=-1    destination overwritten
# and newer by two seconds, with both options: destination kept.
#
# Exit status: 0 while it is so, 1 when it has changed, 2 when it could not be tried.
set -u
LC_ALL=C
export LC_ALL
place=$(mktemp -d) || exit 2
trap 'rm -rf "$place"' EXIT
chmod 755 "$place"
cd "$place" || exit 2

# Copies a file of one second to one that is newer by so many, and prints what the destination holds then.
copied_over() {
    rm -rf source destination
    mkdir source destination
    echo source >source/file
    echo destination >destination/file
    touch -d @1700000000 source/file
    touch -d "@$((1700000000 + $1))" destination/file
    shift
    "$rsync" -a "$@" source/ destination/ || exit 2
    cat destination/file
}

status=0
expect() {
    # shellcheck disable=SC2086 # Several options of rsync, or none.
    seen=$(copied_over "$2" $3) || exit 2
    echo "rsync $version, newer by $2 s, $3: the file is that of the $seen"
    [ "$seen" = "$1" ] || status=1
}

for version in 3.5.0+ds1-0+deb12u1 3.2.7-1+deb12u6; do
    apt-get -q=2 download "rsync=$version" >/dev/null 2>&1 || { echo "rsync=$version cannot be had"; exit 2; }
    dpkg -x rsync_*.deb "$version" || exit 2
    rm rsync_*.deb
    rsync=$place/$version/usr/bin/rsync
    expect destination 1 "--update"
    expect source 1 "--update --modify-window=-1"
    expect destination 2 "--update --modify-window=-1"
done
[ $status -eq 0 ] || exit 1
