# Prints the processes of Lockstep's lsyncd, a line `lsyncd PROCESS` for each; and for each file that one of them has open,
# `PROCESS/fdinfo/FILE:COUNT`, the count of the directories that it watches by that.
layer=/usr/local/lib/lockstep/instance.lua

# How many processes are started does not depend on how many lsyncd there are. Those that end meanwhile are passed over.
commands=/dev/null
# shellcheck disable=SC2013 # Each of them is one word.
for process in $(grep -l '(lsyncd)' /proc/[0-9]*/stat 2>/dev/null); do
    commands="$commands ${process%/stat}/cmdline"
done
[ "$commands" != /dev/null ] || exit 0

# The words of a command end in a byte that not every grep can read past.
# shellcheck disable=SC2086 # Paths of /proc hold no spaces.
words=$(head -c 65536 $commands 2>/dev/null | tr '\0' '\n')
processes='' process=''
while IFS= read -r line; do
    case $line in
    '==> '*'/cmdline <==') process=${line#'==> '}; process=${process%'/cmdline <=='} ;;
    "$layer")
        [ -z "$process" ] || processes="$processes $process"
        process=''
        ;;
    esac
done <<end
$words
end

opened=''
for process in $processes; do
    echo "lsyncd $process"
    opened="$opened $process/fdinfo/*"
done
[ -n "$opened" ] || exit 0
limit=''
if timeout 20 true 2>/dev/null; then limit='timeout 20'; fi
# shellcheck disable=SC2086 # Words, and patterns of paths.
$limit grep -c '^inotify ' /dev/null $opened 2>/dev/null
exit 0
