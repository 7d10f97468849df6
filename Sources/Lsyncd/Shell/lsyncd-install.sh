# What a host has of lsyncd: `link PATH` where the link $1 leads to, `built DIRECTORY` for each that was built beside it, and
# `found PATH` for the one in PATH, which is empty where there is none.

[ ! -L "$1" ] || echo "link $(readlink "$1")"
for place in "$1"-*/bin/lsyncd; do
    [ ! -x "$place" ] || echo "built ${place%/bin/lsyncd}"
done
echo "found $(command -v lsyncd)"
