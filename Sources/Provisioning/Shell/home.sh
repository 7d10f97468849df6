# home_of USER sets `home` to the home directory of a user, and to nothing where there is no such user. The shell itself
# asks as getent does, but for names that are more than a plain word to it.
home_of() {
    home=
    case $1 in
    '' | [!a-z_]* | *[!a-z0-9_-]*) ;;
    *) eval "home=~$1" ;;
    esac
    case $home in /*) return ;; esac
    home=$(getent passwd "$1")
    home=${home%:*}
    home=${home##*:}
}
