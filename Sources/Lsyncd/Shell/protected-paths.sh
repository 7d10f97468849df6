# Functions for the question where the targets $1, $2, … of a host meet paths that are protected. Names alone do not tell: a
# link or a mount may lead from one to another.
#
# - look PATH TARGET… compares a protected path, where it is and where it leads to, with targets, and prints three lines for
#   each that meets it: `holds NUMBER` where the target of that number, from 0, is the path or holds it, or `inside NUMBER`;
#   the path; and the names from the target down to the path.
# - look_at PATH TARGET… does so where the path is there.
# - look_home USER TARGET… does so for the user's `.ssh` and authorized_keys, and needs `home_of`.

look_at() { [ ! -e "$1" ] || look "$@"; }
look_home() {
    home_of "$1"; shift
    # shellcheck disable=SC2154 # By that.
    case $home in
    /*) look "$home/.ssh" "$@"; look "$home/.ssh/authorized_keys" "$@" ;;
    esac
}
look() {
    path=$1; shift
    real "$path"
    behind=$real
    number=0
    for target do
        real "$target"
        meet "$number" "$path" "$real"
        [ "$behind" = "$path" ] || meet "$number" "$behind" "$real"
        number=$((number + 1))
    done
}
# Whether no link is on the way to the path $1, and it is written as readlink would: the shell tells that by itself.
is_plain() {
    case $1/ in
    *//* | */./* | */../*) [ "$1" = / ]; return ;;
    esac
    way=$1
    while [ -n "$way" ]; do
        [ ! -L "$way" ] || return 1
        way=${way%/*}
    done
}
# The path $1 without links, as far as it is there.
real() {
    there=$1
    below=
    while [ ! -e "$there" ] && [ "$there" != / ]; do
        below=/${there##*/}$below
        there=${there%/*}
        there=${there:-/}
    done
    if is_plain "$there"; then
        real=$there
    else
        real=$(readlink -f "$there"; echo .)
        real=${real%?.}
    fi
    [ "$real" != / ] || real=
    real=$real$below
    real=${real:-/}
}
# Whether the paths $1 and $2 are one.
# shellcheck disable=SC3013 # dash, bash and BusyBox know -ef.
same() { [ "$1" = "$2" ] || [ "$1" -ef "$2" ]; }
# Tells where the target number $1, $3, is the path $2, holds it or is in it.
meet() {
    up=$2
    rest=
    while :; do
        if same "$up" "$3"; then
            printf 'holds %s\n%s\n%s\n' "$1" "$path" "$rest"
            return
        fi
        [ "$up" != / ] || break
        rest=/${up##*/}$rest
        up=${up%/*}
        up=${up:-/}
    done
    up=$3
    while [ "$up" != / ]; do
        up=${up%/*}
        up=${up:-/}
        if same "$up" "$2"; then
            printf 'inside %s\n%s\n\n' "$1" "$path"
            return
        fi
    done
}
