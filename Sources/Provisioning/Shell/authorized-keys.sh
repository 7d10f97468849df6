# The authorized_keys of the user $1: a line with the user's home, which is empty where there is no such user, one that
# says `open` or `locked`, and the lines of the file. NUL bytes, which a shell would lose, are the byte 1 there.

home_of "$1"
# shellcheck disable=SC2154 # By that.
printf '%s\n' "$home"
# Without PAM, sshd lets nobody in whose account is locked, with a key neither.
password=$(getent shadow "$1")
password=${password#*:}
case ${password%%:*} in
'!'*) if sshd -T 2>/dev/null | grep -qix 'usepam no'; then echo locked; else echo open; fi ;;
*) echo open ;;
esac
[ ! -e "$home/.ssh/authorized_keys" ] || tr '\000' '\001' <"$home/.ssh/authorized_keys"
